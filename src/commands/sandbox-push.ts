import { suggestion } from '../config/findings.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import type { ImageName } from '../kinds/ecr/image.ts'
import { placeOf } from '../rollout/image.ts'
import type { StackOptions } from '../session.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { sameStack } from './same-stack.ts'
import { openSandboxSession } from './sandbox-session.ts'

/** Puts images into the embedded ECR, as `docker push` would: all of them, or none where one is refused. */
export async function sandboxPush(
  references: readonly string[],
  options: StackOptions,
  context: CommandContext,
): Promise<number> {
  const { session, rehearsal } = await openSandboxSession(options, context)
  try {
    const { config } = session
    const { pushImage, repositoryNames } = await session.clock.outside(() => import('../sandbox/ecr.ts'))
    const { terminal } = context.effects
    const images = references.map(reference => imageOf(reference, config))
    const there = repositoryNames(rehearsal.world)
    for (const { repositoryName } of images)
      if (!there.includes(repositoryName)) throw noRepository(repositoryName, there, config, options)
    const digests = rehearsal.change(world =>
      images.map(({ repositoryName, tag }) => {
        try {
          return pushImage(world, repositoryName, tag, 'both')
        } catch (error) {
          throw new ProvisionError({
            code: 'refused',
            message: `${repositoryName}:${tag} was not pushed: ${(error as Error).message}`,
            hint: 'push it under another tag',
            cause: error,
          })
        }
      }),
    )
    for (const [index, { repositoryName, tag }] of images.entries())
      terminal.out(`${safe(`${repositoryName}:${tag}`)}  ${digests[index]!}\n`)
    terminal.err(nextOf(images, config, options))
    return exitCodes.done
  } finally {
    session.close()
  }
}

/** `app:v1`, `shop-production/app:v1`, or either with the registry before it. */
function imageOf(reference: string, config: StackConfig): ImageName {
  const { repositoryName, imageTag } = placeOf(reference) ?? {}
  const bare = repositoryName === undefined ? reference : `${repositoryName}:${imageTag ?? 'latest'}`
  const [, name, tag = 'latest'] = /^([a-z0-9][a-z0-9._/-]*?)(?::(\w[\w.-]{0,127}))?$/.exec(bare) ?? []
  if (name === undefined)
    throw new ProvisionError({
      code: 'usage',
      message: `"${safe(reference)}" is not an image that can be pushed`,
      hint: 'write REPOSITORY:TAG, with the name of the repository in the config or in ECR',
    })
  return { repositoryName: name in config.repositories ? repositoryNameOf(config, name) : name, tag }
}

function noRepository(
  name: string,
  there: readonly string[],
  config: StackConfig,
  options: StackOptions,
): ProvisionError {
  const configured = Object.keys(config.repositories)
  const own = configured.some(one => repositoryNameOf(config, one) === name)
  return new ProvisionError({
    code: 'usage',
    message: `the sandbox has no repository ${safe(name)}`,
    hint: own
      ? `provision up${sameStack({ ...options, sandbox: true })} creates it`
      : (suggestion(name, [...configured, ...there]) ??
        (there.length > 0
          ? `it has ${there.join(', ')}`
          : 'the config has none: add it under `repositories`')),
  })
}

function nextOf(images: readonly ImageName[], config: StackConfig, options: StackOptions): string {
  const again = sameStack({ ...options, sandbox: true })
  const releases = Object.entries(config.services).flatMap(([service, { repository }]) => {
    const pushed = images.findLast(
      ({ repositoryName }) =>
        repository !== undefined && repositoryName === repositoryNameOf(config, repository),
    )
    return pushed ? [`provision rollout ${service} --tag ${pushed.tag}${again}`] : []
  })
  return releases.length > 0 ? `Next: ${releases.join('\n      ')}\n` : ''
}
