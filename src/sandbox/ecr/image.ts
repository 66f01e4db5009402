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
  readonly architecture: Architecture
}

type Architecture = 'amd64' | 'arm64'

export const images = (world: World) => world.table<ImageRow>('ecr/image')

/** What `docker push` would do; gives the image's digest. */
export function pushImage(
  world: World,
  repositoryName: string,
  tag: string,
  architecture: Architecture = 'amd64',
): string {
  const { name } = repositoryOf(world, repositoryName)
  const digest = world.id('sha256:', 64)
  const before = images(world).get(`${name}:${tag}`)
  // The image that had the tag stays, without it.
  if (before) images(world).set(`${name}@${before.digest}`, { ...before, tag: undefined })
  images(world).set(`${name}:${tag}`, { repositoryName: name, tag, digest, architecture })
  return digest
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
      imageDetails: found.map(({ tag, digest }) => ({
        registryId: world.account,
        repositoryName: name,
        imageDigest: digest,
        imageTags: tag === undefined ? [] : [tag],
        imageManifestMediaType: indexType,
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
                imageManifestMediaType: indexType,
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
} satisfies Partial<SandboxService<'ecr'>>

const indexType = 'application/vnd.oci.image.index.v1+json'

function imagesIn(world: World, repository: string): ImageRow[] {
  return images(world)
    .list()
    .filter(({ repositoryName }) => repositoryName === repository)
}

function named({ imageTag, imageDigest }: ImageIdentifier): (image: ImageRow) => boolean {
  return ({ tag, digest }) => tag === (imageTag ?? tag) && digest === (imageDigest ?? digest)
}

/** As a build for one platform pushes it: the index says which. */
function manifestOf({ digest, architecture }: ImageRow): string {
  const platform = { architecture, os: 'linux' }
  const manifests = [
    { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1024, platform },
  ]
  return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })
}
