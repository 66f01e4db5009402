import { createHash } from 'node:crypto'
import type { ImageIdentifier } from '@aws-sdk/client-ecr'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { repositoryOf } from './repository.ts'

export interface ImageRow {
  readonly repositoryName: string
  /** Undefined once another image has taken it. */
  readonly tag: string | undefined
  readonly digest: string
  /** What it is built for; a simulated image is built for both. */
  readonly architecture: Architecture | 'both'
  /** Pushed without an index: only its configuration says what it is built for. */
  readonly single?: boolean
  /** When the scan is over that its push has started: milliseconds since the epoch. */
  readonly scannedAt?: number
}

type Architecture = 'amd64' | 'arm64'
const both = ['amd64', 'arm64'] as const

export const images = (world: World) => world.table<ImageRow>('ecr/image')

/**
 * What `docker push` would do; gives the image's digest. `single`: of a builder that makes no index.
 * Throws AWS's error where the tag exists and the repository's tags are immutable.
 */
export function pushImage(
  world: World,
  repositoryName: string,
  tag: string,
  architecture: ImageRow['architecture'] = 'amd64',
  { single = false } = {},
): string {
  const { name, imageTagMutability, scanOnPush } = repositoryOf(world, repositoryName)
  const before = images(world).get(`${name}:${tag}`)
  if (before && imageTagMutability === 'IMMUTABLE')
    throw awsFault(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    )
  const digest = world.id('sha256:', 64)
  // The image that had the tag stays, without it.
  if (before) images(world).set(`${name}@${before.digest}`, { ...before, tag: undefined })
  images(world).set(`${name}:${tag}`, {
    repositoryName: name,
    tag,
    digest,
    architecture,
    ...(single && { single }),
    ...(scanOnPush && { scannedAt: world.after('image scan') }),
  })
  return digest
}

/** The digest of the image for each architecture: its own where no index names it. */
export function platformsOf(image: ImageRow): (readonly [Architecture, string])[] {
  return architecturesOf(image).map(
    architecture =>
      [architecture, image.single ? image.digest : derivedDigest(image.digest, architecture)] as const,
  )
}

export const imageOperations = {
  describeImages: ({ repositoryName, imageIds }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const inside = imagesIn(world, name)
    const found = imageIds
      ? imageIds.map(id => {
          const image = inside.find(named(id))
          if (!image)
            throw awsFault(
              'ImageNotFoundException',
              `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} ` +
                `does not exist within the repository with name '${name}' in the registry with id ` +
                `'${world.account}'`,
            )
          return image
        })
      : inside
    return {
      imageDetails: found.map(({ tag, digest, single }) => ({
        registryId: world.account,
        repositoryName: name,
        imageDigest: digest,
        imageTags: tag === undefined ? [] : [tag],
        imageManifestMediaType: single ? manifestType : indexType,
      })),
    }
  },

  batchGetImage: ({ repositoryName, imageIds = [] }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const inside = imagesIn(world, name)
    const found = imageIds.map(id => inside.find(named(id)))
    return {
      images: found.flatMap(image =>
        image
          ? [
              {
                registryId: world.account,
                repositoryName: name,
                imageId: { imageDigest: image.digest, imageTag: image.tag },
                imageManifest: manifestOf(image),
                imageManifestMediaType: image.single ? manifestType : indexType,
              },
            ]
          : [],
      ),
      failures: imageIds
        .filter((_id, index) => !found[index])
        .map(imageId => ({
          imageId,
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        })),
    }
  },

  // The configuration of an image is a blob as its layers are.
  getDownloadUrlForLayer: ({ repositoryName, layerDigest }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const image = imagesIn(world, name).find(one => configDigestOf(one) === layerDigest)
    if (!image)
      throw awsFault(
        'LayersNotFoundException',
        `The layer with digest '${layerDigest}' does not exist in the repository with name '${name}'`,
      )
    const [architecture] = architecturesOf(image)
    const config = JSON.stringify({ architecture, os: 'linux' })
    // Nothing listens in a rehearsal: the address carries what it stands for.
    const downloadUrl = `data:application/octet-stream;base64,${Buffer.from(config).toString('base64')}`
    return { layerDigest, downloadUrl }
  },
} satisfies Partial<SandboxService<'ecr'>>

const indexType = 'application/vnd.oci.image.index.v1+json'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const configType = 'application/vnd.oci.image.config.v1+json'

export function imagesIn(world: World, repository: string): ImageRow[] {
  return images(world)
    .list()
    .filter(({ repositoryName }) => repositoryName === repository)
}

function named({ imageTag, imageDigest }: ImageIdentifier): (image: ImageRow) => boolean {
  return ({ tag, digest }) => tag === (imageTag ?? tag) && digest === (imageDigest ?? digest)
}

function architecturesOf({ architecture }: ImageRow): readonly Architecture[] {
  return architecture === 'both' ? both : [architecture]
}

function configDigestOf({ digest }: ImageRow): string {
  return derivedDigest(digest, 'config')
}

function derivedDigest(digest: string, what: string): string {
  return `sha256:${createHash('sha256').update(digest).update(what).digest('hex')}`
}

/** As a build for one platform pushes it: an index that says which, or the manifest alone. */
function manifestOf(image: ImageRow): string {
  if (image.single) {
    const config = { mediaType: configType, digest: configDigestOf(image), size: 512 }
    return JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [] })
  }
  const manifests = platformsOf(image).map(([architecture, digest]) => ({
    mediaType: manifestType,
    digest,
    size: 1024,
    platform: { architecture, os: 'linux' },
  }))
  return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })
}
