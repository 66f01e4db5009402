import type { Aws } from '../../aws/aws.ts'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'

export interface ImageName {
  readonly repositoryName: string
  readonly tag: string
}

/** Manifests with and without several platforms, in both spellings. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** False too when there is no such repository. */
export async function imageExists(aws: Aws, { repositoryName, tag }: ImageName): Promise<boolean> {
  const found = await orAbsent(aws.ecr.describeImages({ repositoryName, imageIds: [{ imageTag: tag }] }))
  return (found?.imageDetails ?? []).length > 0
}

/** One tag, and the digest of the image that has it. */
export interface TaggedImage {
  readonly tag: string
  readonly digest: string
}

/** All tags of a repository. Empty too when there is no such repository. */
export async function tagsIn(aws: Aws, repositoryName: string): Promise<TaggedImage[]> {
  const found = await orAbsent(
    allPages(nextToken =>
      aws.ecr
        .listImages({ repositoryName, filter: { tagStatus: 'TAGGED' }, maxResults: 1000, nextToken })
        .then(({ imageIds, nextToken: next }) => ({ rows: imageIds, next })),
    ),
  )
  return (found ?? []).flatMap(({ imageTag: tag, imageDigest: digest }) =>
    tag && digest ? [{ tag, digest }] : [],
  )
}

/**
 * Gives images of a repository one more tag each, in their own manifest: it is no new push, and the images keep their age.
 * Those that are not there are left out. Harmless when repeated.
 */
export async function tagImages(
  aws: Aws,
  repositoryName: string,
  wanted: readonly TaggedImage[],
): Promise<void> {
  if (wanted.length === 0) return
  const { images = [] } = await aws.ecr.batchGetImage({
    repositoryName,
    imageIds: [...new Set(wanted.map(({ digest }) => digest))].map(imageDigest => ({ imageDigest })),
    acceptedMediaTypes: manifestTypes,
  })
  for (const { tag, digest } of wanted) {
    const image = images.find(({ imageId }) => imageId?.imageDigest === digest)
    if (!image?.imageManifest) continue
    const input = {
      repositoryName,
      imageManifest: image.imageManifest,
      imageManifestMediaType: image.imageManifestMediaType,
      imageDigest: digest,
      imageTag: tag,
    }
    await aws.ecr.putImage(input).catch((error: unknown) => {
      if (!hasCode(error, 'ImageAlreadyExistsException')) throw error
    })
  }
}

/**
 * Takes a tag off an image and leaves the image. ECR deletes an image with its last tag
 * (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html), so a last tag is moved to
 * another image first, `heir`; where tags are immutable it stays.
 */
export async function untagImage(
  aws: Aws,
  repositoryName: string,
  { tag, digest }: TaggedImage,
  all: readonly TaggedImage[],
  heir: string,
): Promise<void> {
  const isLast = !all.some(one => one.digest === digest && one.tag !== tag)
  if (isLast)
    try {
      await tagImages(aws, repositoryName, [{ tag, digest: heir }])
    } catch (error) {
      if (hasCode(error, 'ImageTagAlreadyExistsException')) return
      throw error
    }
  await aws.ecr.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: tag }] })
}
