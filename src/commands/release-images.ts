import type { Effects } from '../effects/effects.ts'
import type { ImageWish } from '../rollout/plan.ts'
import { buildAndPush } from '../rollout/build.ts'
import type { Target } from '../rollout/target.ts'
import { repositoryNameOf } from '../steps/names.ts'
import { promotedFrom } from './promotion.ts'
import type { ReleaseSession } from './release-session.ts'
import type { RolloutOptions } from './rollout-options.ts'
import { usage } from './rollout-options.ts'
import { simulateBuild } from './simulated-images.ts'

/** Which image each service gets. Throws with code `usage` when that is not said, or said twice. */
export async function referencesFor(
  targets: readonly Target[],
  options: RolloutOptions,
  opened: ReleaseSession,
  effects: Effects,
): Promise<ImageWish[]> {
  const { image, tag, from, build } = options
  const ways = [
    ['--image', image],
    // With --build it names what is built.
    ['--tag', build === undefined ? tag : undefined],
    ['--from', from],
    ['--build', build],
  ].flatMap(([option, value]) => (value === undefined ? [] : [option as string]))
  if (ways.length !== 1)
    throw usage(
      ways.length === 0
        ? 'nothing says which image to release'
        : `${ways.join(' and ')} both say which image to release`,
      'write one of --image REFERENCE, --tag TAG, --build FOLDER or --from ENVIRONMENT',
    )
  if (image) return named(targets, image)
  if (from !== undefined) return promotedFrom(from, targets, options, opened, effects)
  if (build !== undefined) {
    if (targets.length > 1) throw usage('--build builds one service at a time', 'name one service')
    const [target] = targets
    const repository = uriOf(target!, opened)
    const { tools, clock, aws, id, say, signal } = opened.environment
    const builtAs = tag ?? `build-${id.slice(0, 8)}`
    const reference =
      (await simulateBuild(`${repository}:${builtAs}`, options, opened)) ??
      (await buildAndPush(
        { folder: build, repository, tag: builtAs, target: target! },
        { programs: tools.programs, cwd: effects.cwd, clock, aws, say, signal },
      ))
    return [{ target: target!, reference }]
  }
  return targets.map(target => ({ target, reference: `${uriOf(target, opened)}:${tag}` }))
}

/** `--image REFERENCE` for one service, `--image SERVICE=REFERENCE` for each of several. */
function named(targets: readonly Target[], images: readonly string[]): ImageWish[] {
  const byService = new Map(
    images.map(text => {
      const [, name, reference] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(text) ?? []
      return name === undefined || reference === undefined
        ? ([undefined, text] as const)
        : ([name, reference] as const)
    }),
  )
  return targets.map(target => {
    const reference =
      byService.get(target.name) ?? (targets.length === 1 ? byService.get(undefined) : undefined)
    if (reference === undefined)
      throw usage(
        `nothing says which image ${target.name} gets`,
        `add --image ${target.name}=REFERENCE, or use --tag for all of them`,
      )
    return { target, reference }
  })
}

/** The image that the config names for a service. */
export function configuredReference(target: Target, opened: ReleaseSession): string {
  const { repository, tag, image } = target.config
  return repository === undefined && image !== undefined ? image : `${uriOf(target, opened)}:${tag}`
}

/** Of the service's own repository in this account's registry; without one, the public image's name. */
function uriOf({ name, config: service }: Target, { session, context }: ReleaseSession): string {
  const { account, region, partition } = context
  const { config } = session
  if (service.repository === undefined) {
    const [image = ''] = (service.image ?? '').split(/@|:(?=[^/]*$)/)
    if (image === '') throw usage(`${name} has no repository`, 'give --image REFERENCE')
    return image
  }
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${account}.dkr.ecr.${region}.${domain}/${repositoryNameOf(config, service.repository)}`
}
