import { ProvisionError } from '../errors.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { loadConfig } from '../config/load.ts'
import type { Effects } from '../effects/effects.ts'
import type { ImageWish } from '../rollout/plan.ts'
import { buildAndPush } from '../rollout/build.ts'
import { readLive } from '../rollout/live.ts'
import type { Target } from '../rollout/target.ts'
import { targetsOf } from '../rollout/target.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { ReleaseSession } from './release-session.ts'
import type { RolloutOptions } from './rollout-options.ts'
import { usage } from './rollout-options.ts'

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
  if (from !== undefined) return promoted(targets, from, options, opened, effects)
  if (build !== undefined) {
    if (targets.length > 1) throw usage('--build builds one service at a time', 'name one service')
    const [target] = targets
    const repository = uriOf(target!, opened)
    const { tools, clock, aws, id, say, signal } = opened.environment
    const reference = await buildAndPush(
      { folder: build, repository, tag: tag ?? `build-${id.slice(0, 8)}`, target: target! },
      { programs: tools.programs, cwd: effects.cwd, clock, aws, say, signal },
    )
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

/** What the services run in another environment of the same stack, byte for byte: nothing is built again. */
async function promoted(
  targets: readonly Target[],
  from: string,
  options: RolloutOptions,
  { session, context }: ReleaseSession,
  { files, cwd }: Effects,
): Promise<ImageWish[]> {
  const { config } = await loadConfig({ files, cwd, path: options.config, environment: from })
  if (config.region !== session.config.region || (config.account ?? context.account) !== context.account)
    throw new ProvisionError({
      code: 'usage',
      message: `${from} is in another region or account, and its images cannot be pulled from here as they are`,
      hint: 'copy the image into the registry here and release it with --image',
    })
  const lives = await readLive(sourcesIn(config, targets), context.aws)
  return targets.map((target, index) => {
    const { image } = lives[index]!
    if (!image.includes('@sha256:') && config.services[target.name]?.repository !== undefined)
      throw new ProvisionError({
        code: 'refused',
        message: `${target.name} in ${from} runs ${image}, which is a tag and may mean something else by now`,
        hint: `release it there first: provision rollout ${target.name} -e ${from} --image ${image}`,
      })
    return { target, reference: image }
  })
}

function sourcesIn(config: StackConfig, targets: readonly Target[]): Target[] {
  const names = targets.map(({ name }) => name)
  const found = targetsOf(config, names)
  return names.map(name => found.find(one => one.name === name)!)
}
