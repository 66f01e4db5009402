import { loadConfig } from '../config/load.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Effects } from '../effects/effects.ts'
import { ProvisionError } from '../errors.ts'
import type { Live } from '../rollout/live.ts'
import { readLive } from '../rollout/live.ts'
import type { ImageWish } from '../rollout/plan.ts'
import type { Target } from '../rollout/target.ts'
import { targetsOf } from '../rollout/target.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { ReleaseSession } from './release-session.ts'
import type { RolloutOptions } from './rollout-options.ts'

/**
 * What the services run in another environment of the same stack, byte for byte: nothing is built again. Throws with code
 * `refused` where that is not one certain image, and `usage` where it is out of reach.
 */
export async function promotedFrom(
  from: string,
  targets: readonly Target[],
  options: RolloutOptions,
  { session, context, environment }: ReleaseSession,
  { files, cwd }: Effects,
): Promise<ImageWish[]> {
  const { config } = await loadConfig({ files, cwd, path: options.config, environment: from })
  if (config.region !== session.config.region || (config.account ?? context.account) !== context.account)
    throw new ProvisionError({
      code: 'usage',
      message: `${from} is in another region or account, and its images cannot be pulled from here as they are`,
      hint: 'copy the image into the registry here and release it with --image',
    })
  const lives = await readLive(sourcesIn(config, targets), context.aws).catch((error: unknown) => {
    if (!(error instanceof ProvisionError)) throw error
    const { code, message } = error
    throw new ProvisionError({ code, message: `in ${from} ${message}`, hint: `provision up -e ${from}` })
  })
  return targets.map((target, index) => {
    const reference = certainImage(lives[index]!, from)
    const repository = repositoryIn(config, target)
    if (repository !== undefined && repository !== repositoryIn(session.config, target))
      environment.say({
        type: 'note',
        level: 'warning',
        message: `${target.name} will run from ${repository}, the repository of ${from}: the image has to stay there as long as it runs here`,
      })
    return { target, reference }
  })
}

/** The one that runs and will go on running. */
function certainImage({ target, service, image, running }: Live, from: string): string {
  const { name, config } = target
  if (running)
    throw new ProvisionError({
      code: 'refused',
      message: `a release of ${name} is under way in ${from}: what it will run is not decided yet`,
      hint: `wait for its end: provision rollout attach ${name} -e ${from}`,
    })
  if ((service.runningCount ?? 0) === 0)
    throw new ProvisionError({
      code: 'refused',
      message: `no task of ${name} runs in ${from}, so nothing shows that ${image} works`,
      hint: `release it there first: provision rollout ${name} -e ${from}`,
    })
  if (!image.includes('@sha256:') && config.repository !== undefined)
    throw new ProvisionError({
      code: 'refused',
      message: `${name} in ${from} runs ${image}, which is a tag and may mean something else by now`,
      hint: `release it there first: provision rollout ${name} -e ${from} --image ${image}`,
    })
  return image
}

function repositoryIn(config: StackConfig, { name }: Target): string | undefined {
  const repository = config.services[name]?.repository
  return repository === undefined ? undefined : repositoryNameOf(config, repository)
}

function sourcesIn(config: StackConfig, targets: readonly Target[]): Target[] {
  const names = targets.map(({ name }) => name)
  const found = targetsOf(config, names)
  return names.map(name => found.find(one => one.name === name)!)
}
