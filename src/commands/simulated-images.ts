import { type ImageName, imageExists } from '../kinds/ecr/image.ts'
import { placeOf } from '../rollout/image.ts'
import type { ImageWish } from '../rollout/plan.ts'
import type { Session } from '../session.ts'
import type { ReleaseSession } from './release-session.ts'
import type { RolloutOptions } from './rollout-options.ts'

/** Says which images are simulated, in one line; undefined where none is. */
export function simulatedText(images: readonly ImageName[]): string | undefined {
  const names = [...new Set(images.map(({ repositoryName, tag }) => `${repositoryName}:${tag}`))]
  if (names.length === 0) return undefined
  return names.length === 1
    ? `simulated image ${names[0]}: nobody has pushed it to the sandbox`
    : `simulated images ${names.join(', ')}: nobody has pushed them to the sandbox`
}

/** The command that pushes the images that services wait for. */
export function pushesIn(images: Readonly<Record<string, ImageName>>): string {
  const names = new Set(Object.values(images).map(({ repositoryName, tag }) => `${repositoryName}:${tag}`))
  return `provision sandbox push ${[...names].join(' ')}`
}

/** Pushes them to the embedded AWS: now where the repository exists, else when this command creates it. */
export async function simulate({ rehearsal, clock }: Session, images: readonly ImageName[]): Promise<void> {
  if (!rehearsal || images.length === 0) return
  const { simulateImages } = await clock.outside(() => import('../sandbox/ecr.ts'))
  rehearsal.change(world => simulateImages(world, images))
}

/** True where a release may take images that do not exist. */
export function simulates({ simulatedImages: asked }: RolloutOptions, { rehearsal }: Session): boolean {
  return rehearsal !== undefined && asked === true
}

/** Simulates those images of a release that are in this account's registry by name and that nobody has pushed. */
export async function simulateReferences(
  wishes: readonly ImageWish[],
  options: RolloutOptions,
  { session, context, environment }: ReleaseSession,
): Promise<void> {
  if (!simulates(options, session)) return
  const { account, region, aws } = context
  const named = wishes.flatMap(({ reference }) => {
    const {
      registryId,
      region: place,
      repositoryName = '',
      imageTag: tag = 'latest',
      imageDigest,
    } = placeOf(reference) ?? {}
    return registryId === account && place === region && !imageDigest ? [{ repositoryName, tag }] : []
  })
  const pushed = await Promise.all(named.map(image => imageExists(aws, image)))
  const images = named.filter((_image, index) => !pushed[index])
  const message = simulatedText(images)
  if (message) environment.say({ type: 'note', level: 'info', message })
  await simulate(session, images)
}

/** In place of a build: pushes a simulated image, and gives its reference; undefined where images are not simulated. */
export async function simulateBuild(
  reference: string,
  options: RolloutOptions,
  { session, environment }: ReleaseSession,
): Promise<string | undefined> {
  const { rehearsal, clock } = session
  const { repositoryName, imageTag } = placeOf(reference) ?? {}
  if (!rehearsal || !simulates(options, session) || !repositoryName || !imageTag) return undefined
  const { pushImage } = await clock.outside(() => import('../sandbox/ecr.ts'))
  rehearsal.change(world => pushImage(world, repositoryName, imageTag, 'both'))
  const message = `simulated image ${repositoryName}:${imageTag}: nothing was built`
  environment.say({ type: 'note', level: 'info', message })
  return reference
}
