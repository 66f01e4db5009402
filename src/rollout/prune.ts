import type { Aws } from '../aws/aws.ts'
import { batchesOf } from '../aws/batches.ts'
import { orAbsent } from '../aws/errors.ts'
import { allPages } from '../aws/pages.ts'
import { environmentTag, stackTag } from '../aws/tags.ts'
import { manifestTypes, tagsIn, untagImage } from '../kinds/ecr/image.ts'
import type { Release } from '../state/release.ts'
import { ecsUsage } from './ecs-usage.ts'
import { placeOf } from './image.ts'
import { inUseTagsOf } from './images-in-use.ts'
import type { PrunableImages, StoredImage } from './prunable.ts'
import { prunableImages } from './prunable.ts'

/** What is of no use any more, and is about to be deleted. */
export interface Prunable {
  /** ARNs. */
  readonly active: readonly string[]
  /** ARNs of what is deregistered already. */
  readonly inactive: readonly string[]
  readonly repositories: readonly (PrunableImages & {
    readonly repositoryName: string
    readonly total: number
  })[]
}

export interface PruneWish {
  readonly stack: string
  readonly environment: string
  /** Names of the stack's ECR repositories. */
  readonly repositories: readonly string[]
  /** Of the services whose releases the ledger knows: only of them is it certain what they can go back to. */
  readonly families: readonly string[]
  /** Services that have no releases in the ledger, so that their marks in ECR are all that is known. */
  readonly unknown: readonly string[]
  /** Releases that can be brought back afterwards, of all services. */
  readonly kept: readonly Release[]
  /** ARNs that the ledger names. */
  readonly recorded: readonly string[]
  /** `repository:tag` that the config names. */
  readonly configured: readonly string[]
}

interface Place {
  readonly aws: Aws
  readonly region: string
}

/** Reads ECS and ECR and decides. Changes nothing. */
export async function readPrunable(wish: PruneWish, { aws, region }: Place): Promise<Prunable> {
  const usage = await ecsUsage(aws)
  const needed = new Set([
    ...usage.taskDefinitions,
    ...wish.recorded,
    ...wish.kept.flatMap(({ taskDefinition, previous }) => [taskDefinition, ...(previous ? [previous] : [])]),
  ])
  const [revisions, definitions, stored] = await Promise.all([
    Promise.all(wish.families.map(family => revisionsOf(family, needed, wish, aws))),
    Promise.all(
      [...needed].map(taskDefinition => orAbsent(aws.ecs.describeTaskDefinition({ taskDefinition }))),
    ),
    Promise.all(wish.repositories.map(name => imagesIn(name, aws))),
  ])
  const running = new Set(
    usage.pulled.flatMap(({ taskDefinition, digest }) =>
      wish.families.includes(familyOf(taskDefinition)) ? [digest] : [],
    ),
  )
  const references = [
    ...usage.images,
    ...wish.kept.map(({ image }) => image),
    ...definitions
      .flatMap(one => one?.taskDefinition?.containerDefinitions ?? [])
      .flatMap(({ image }) => image ?? []),
  ]
  const repositories = await Promise.all(
    wish.repositories.map(async (repositoryName, index) => {
      const images = stored[index]!
      const named = digestsNamed(references, wish.configured, repositoryName, images, region)
      const parents = new Set([...usage.pulled.map(({ digest }) => digest), ...named])
      const parts = await partsOf(
        images.filter(({ digest, isIndex }) => isIndex && parents.has(digest)),
        aws,
      )
      const sets = {
        needed: new Set([...parents, ...parts]),
        running,
        isOwnMark: (tag: string) =>
          tag.startsWith(inUseTagsOf(wish)) &&
          !wish.unknown.some(service => tag.startsWith(`${inUseTagsOf(wish)}${service}.`)),
      }
      return { repositoryName, total: images.length, ...prunableImages(images, sets) }
    }),
  )
  return {
    active: revisions.flatMap(({ active }) => active),
    inactive: revisions.flatMap(({ inactive }) => inactive),
    repositories,
  }
}

/** The family of a task definition, by its ARN. */
export function familyOf(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1)!.split(':')[0]!
}

/** Deletes it. What is gone already is no failure; gives what could not be deleted, in AWS's words. */
export async function prune({ active, inactive, repositories }: Prunable, aws: Aws): Promise<string[]> {
  const failures: string[] = []
  for (const taskDefinition of active) await orAbsent(aws.ecs.deregisterTaskDefinition({ taskDefinition }))
  for (const taskDefinitions of batchesOf([...active, ...inactive], revisionsPerCall)) {
    const { failures: failed = [] } = await aws.ecs.deleteTaskDefinitions({ taskDefinitions })
    failures.push(
      ...failed.filter(({ reason }) => reason !== 'MISSING').map(({ arn, reason }) => `${arn}: ${reason}`),
    )
  }
  for (const { repositoryName, images, marks, heir } of repositories) {
    // What a list refers to can only be deleted after the list.
    const inOrder = [...images.filter(({ isIndex }) => isIndex), ...images.filter(({ isIndex }) => !isIndex)]
    for (const batch of batchesOf(inOrder, imagesPerCall)) {
      const imageIds = batch.map(({ digest }) => ({ imageDigest: digest }))
      const { failures: failed = [] } = await aws.ecr.batchDeleteImage({ repositoryName, imageIds })
      failures.push(
        ...failed
          .filter(({ failureCode }) => failureCode !== 'ImageNotFound')
          .map(({ imageId, failureReason }) => `${repositoryName}@${imageId?.imageDigest}: ${failureReason}`),
      )
    }
    if (heir === undefined || marks.length === 0) continue
    const all = await tagsIn(aws, repositoryName)
    for (const mark of marks) await untagImage(aws, repositoryName, mark, all, heir)
  }
  return failures
}

const revisionsPerCall = 10
const imagesPerCall = 100

/**
 * The revisions of a family that nothing needs. The newest active one is what its name stands for, and stays. One that can
 * still be run has to carry the tags of this stack and environment.
 */
async function revisionsOf(
  family: string,
  needed: ReadonlySet<string>,
  { stack, environment }: PruneWish,
  aws: Aws,
): Promise<Pick<Prunable, 'active' | 'inactive'>> {
  const list = (status: 'ACTIVE' | 'INACTIVE') =>
    allPages(nextToken =>
      aws.ecs
        .listTaskDefinitions({ familyPrefix: family, status, sort: 'ASC', maxResults: 100, nextToken })
        .then(({ taskDefinitionArns: rows, nextToken: next }) => ({ rows, next })),
    )
  const [active, inactive] = await Promise.all([list('ACTIVE'), list('INACTIVE')])
  const unused = active.slice(0, -1).filter(arn => !needed.has(arn))
  const isOurs = await Promise.all(
    unused.map(async taskDefinition => {
      const found = await orAbsent(aws.ecs.describeTaskDefinition({ taskDefinition, include: ['TAGS'] }))
      const value = (name: string) => found?.tags?.find(({ key }) => key === name)?.value
      return value(stackTag) === stack && value(environmentTag) === environment
    }),
  )
  return {
    active: unused.filter((_arn, index) => isOurs[index]),
    inactive: inactive.filter(arn => !needed.has(arn)),
  }
}

async function imagesIn(repositoryName: string, aws: Aws): Promise<StoredImage[]> {
  const found = await orAbsent(
    allPages(nextToken =>
      aws.ecr
        .describeImages({ repositoryName, maxResults: 1000, nextToken })
        .then(({ imageDetails: rows, nextToken: next }) => ({ rows, next })),
    ),
  )
  return (found ?? []).map(one => ({
    repositoryName,
    digest: one.imageDigest!,
    tags: one.imageTags ?? [],
    pushed: one.imagePushedAt?.getTime(),
    bytes: one.imageSizeInBytes,
    isIndex: /index|list/.test(one.imageManifestMediaType ?? ''),
  }))
}

/** The digests of a repository that these images mean, by digest or by tag. */
function digestsNamed(
  references: readonly string[],
  configured: readonly string[],
  repositoryName: string,
  images: readonly StoredImage[],
  region: string,
): string[] {
  const places = references.flatMap(reference => {
    const place = placeOf(reference)
    return place?.repositoryName === repositoryName && place.region === region ? [place] : []
  })
  const tags = new Set([
    ...places.flatMap(({ imageTag, imageDigest }) => (imageDigest ? [] : [imageTag ?? 'latest'])),
    ...configured.flatMap(name =>
      name.startsWith(`${repositoryName}:`) ? [name.slice(repositoryName.length + 1)] : [],
    ),
  ])
  return [
    ...places.flatMap(({ imageDigest }) => imageDigest ?? []),
    ...images.filter(image => image.tags.some(tag => tags.has(tag))).map(({ digest }) => digest),
  ]
}

/** The images that these lists of images refer to. */
async function partsOf(indexes: readonly StoredImage[], aws: Aws): Promise<string[]> {
  const answers = await Promise.all(
    batchesOf(indexes, imagesPerCall).map(batch =>
      aws.ecr.batchGetImage({
        repositoryName: batch[0]!.repositoryName,
        imageIds: batch.map(({ digest }) => ({ imageDigest: digest })),
        acceptedMediaTypes: manifestTypes,
      }),
    ),
  )
  return answers
    .flatMap(({ images = [] }) => images)
    .flatMap(({ imageManifest = '{}' }) => {
      const { manifests = [] } = JSON.parse(imageManifest) as { manifests?: readonly { digest?: string }[] }
      return manifests.flatMap(({ digest }) => digest ?? [])
    })
}
