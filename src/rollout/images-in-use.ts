import type { Service } from '@aws-sdk/client-ecs'
import { stackTag } from '../aws/tags.ts'
import { orAbsent } from '../aws/errors.ts'
import type { Aws } from '../aws/aws.ts'
import { describeServices } from '../kinds/ecs/describe.ts'
import type { TaggedImage } from '../kinds/ecr/image.ts'
import { tagImages, tagsIn, untagImage } from '../kinds/ecr/image.ts'
import { inUsePrefix } from '../kinds/ecr/lifecycle.ts'
import type { Release } from '../state/release.ts'
import { canReturnTo } from '../state/release.ts'
import type { ReleaseEnvironment } from './environment.ts'
import { placeOf } from './image.ts'
import type { Live } from './live.ts'
import { imagesPulled } from './live.ts'
import type { Target } from './target.ts'

/** An image in a repository of this account and region. */
export interface PlacedImage {
  readonly repositoryName: string
  readonly digest: string
}

type Owner = Pick<ReleaseEnvironment, 'stack' | 'environment'>
type Surroundings = Owner & Pick<ReleaseEnvironment, 'aws' | 'region' | 'say' | 'repositories'>

/**
 * The tag that says that a service of this stack and environment uses an image, or can go back to it. One for each image:
 * a repository may have immutable tags, and the numbers of releases begin again after a lost ledger. Dots separate the
 * names, since the names hold hyphens and no dots.
 */
export function inUseTag(owner: Owner, service: string, digest: string): string {
  return `${inUseTagsOf(owner)}${service}.${digest.replace(/^sha256:/, '').slice(0, 12)}`
}

/** How the tags of all services of this stack and environment begin. */
export function inUseTagsOf({ stack, environment }: Owner): string {
  return `${inUsePrefix}${stack}.${environment}.`
}

/** Where in ECR an image is that is named by its digest; undefined for any other one. */
export function placed(reference: string, region: string): PlacedImage | undefined {
  const { repositoryName, imageDigest, region: place } = placeOf(reference) ?? {}
  return repositoryName && imageDigest && place === region
    ? { repositoryName, digest: imageDigest }
    : undefined
}

/**
 * Marks in ECR, before ECS is told, the images that a service runs, is about to run, and can go back to, so that no
 * lifecycle rule of the stack expires them; and takes the mark off those that its history has given up. A failure is told
 * and does not stop the release.
 */
export async function markImages(
  { target: { name }, service }: Pick<Live, 'target' | 'service'>,
  releases: { readonly before: readonly Release[]; readonly after: readonly Release[] },
  surroundings: Surroundings,
): Promise<void> {
  const { aws, region } = surroundings
  const places = (of: readonly Release[]) => of.flatMap(({ image }) => placed(image, region) ?? [])
  const released = places(releases.after.filter(canReturnTo))
  const known = places([...releases.before, ...releases.after])
  // Without an image in ECR there is nothing to mark.
  if (known.length === 0) return
  const running = await telling([name], surroundings, () => runningImages(service, region, aws))
  // The first of them is what the release brings.
  await mark(name, [...released.toReversed(), ...(running ?? [])], known, surroundings)
}

/** Marks what services run that `up` may have started or changed: a tag of the config, which ECS has resolved. */
export async function markRunning(targets: readonly Target[], surroundings: Surroundings): Promise<void> {
  const { aws, region } = surroundings
  const names = targets.map(({ name }) => name)
  const running = await telling(names, surroundings, async () => {
    const services = await describeServices(
      targets.map(({ cluster: clusterArn, serviceName }) => ({ clusterArn, serviceName })),
      [],
      aws,
    )
    return Promise.all(services.map(async service => (service ? runningImages(service, region, aws) : [])))
  })
  for (const [index, name] of names.entries()) await mark(name, running?.[index] ?? [], [], surroundings)
}

/** What a service runs of ECR, tags resolved. */
export async function runningImages(service: Service, region: string, aws: Aws): Promise<PlacedImage[]> {
  return (await imagesPulled(service, aws)).flatMap(({ image = '', imageDigest }) =>
    imageDigest ? (placed(`${image.split(/@|:(?=[^/]*$)/)[0]}@${imageDigest}`, region) ?? []) : [],
  )
}

/** A failure to mark images is told, with what follows from it. */
async function telling<Result>(
  services: readonly string[],
  { say }: Surroundings,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    const message = `the images of ${services.join(', ')} could not all be marked as in use (${(error as Error).message}): a lifecycle rule may expire them. provision policy rollout prints the permissions that this needs; the next release tries it again`
    say({ type: 'note', level: 'warning', message })
    return undefined
  }
}

async function mark(
  service: string,
  used: readonly PlacedImage[],
  known: readonly PlacedImage[],
  surroundings: Surroundings,
): Promise<void> {
  for (const repositoryName of new Set([...used, ...known].map(image => image.repositoryName)))
    await telling([service], surroundings, async () => {
      if (!(await isOurs(repositoryName, surroundings))) return
      const inside = (images: readonly PlacedImage[]) =>
        new Set(images.flatMap(image => (image.repositoryName === repositoryName ? [image.digest] : [])))
      await markIn(repositoryName, service, { used: inside(used), known: inside(known) }, surroundings)
    })
}

async function markIn(
  repositoryName: string,
  service: string,
  { used, known }: { readonly used: ReadonlySet<string>; readonly known: ReadonlySet<string> },
  { aws, ...owner }: Surroundings,
): Promise<void> {
  const all = await tagsIn(aws, repositoryName)
  const there = new Set(all.map(({ tag, digest }) => `${tag}@${digest}`))
  const marked = (digests: ReadonlySet<string>): TaggedImage[] =>
    [...digests].map(digest => ({ tag: inUseTag(owner, service, digest), digest }))
  const isThere = ({ tag, digest }: TaggedImage) => there.has(`${tag}@${digest}`)
  await tagImages(
    aws,
    repositoryName,
    marked(used).filter(one => !isThere(one)),
  )
  const [heir] = used
  const givenUp = marked(new Set([...known].filter(digest => !used.has(digest)))).filter(isThere)
  if (heir !== undefined) for (const one of givenUp) await untagImage(aws, repositoryName, one, all, heir)
}

/** True of a repository of this stack, in whatever environment. Others' are not touched. */
async function isOurs(name: string, { aws, repositories, stack }: Surroundings): Promise<boolean> {
  return (
    repositories.includes(name) ||
    (await tagsOf(name, aws)).some(({ Key, Value }) => Key === stackTag && Value === stack)
  )
}

async function tagsOf(name: string, aws: Aws) {
  const found = await orAbsent(aws.ecr.describeRepositories({ repositoryNames: [name] }))
  const resourceArn = found?.repositories?.[0]?.repositoryArn
  if (resourceArn === undefined) return []
  return (await orAbsent(aws.ecr.listTagsForResource({ resourceArn })))?.tags ?? []
}
