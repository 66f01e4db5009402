import { createHash } from 'node:crypto'
import type { ImageIdentifier } from '@aws-sdk/client-ecr'
import { awsFault, SandboxGap } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { repositoryOf } from './repository.ts'
import type { Architecture, ImageRow } from './rows.ts'
import { images, removeRows, rowsIn, setTag, tagsOf } from './rows.ts'

const both = ['amd64', 'arm64'] as const

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
  if (before && imageTagMutability === 'IMMUTABLE') throw immutable(name, tag)
  const digest = world.id('sha256:', 64)
  setTag(world, {
    repositoryName: name,
    tag,
    digest,
    architecture,
    pushed: world.now(),
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
    const inside = rowsIn(world, name)
    const digests = new Map(inside.map(row => [row.digest, row]))
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
      : [...digests.values()]
    return {
      imageDetails: found.map(({ digest, single, pushed }) => ({
        registryId: world.account,
        repositoryName: name,
        imageDigest: digest,
        imageTags: tagsOf(inside, digest),
        ...(pushed !== undefined && { imagePushedAt: new Date(pushed) }),
        imageManifestMediaType: single ? manifestType : indexType,
      })),
    }
  },

  listImages: ({ repositoryName, filter }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const wanted = filter?.tagStatus ?? 'ANY'
    return {
      imageIds: rowsIn(world, name)
        .filter(({ tag }) => wanted === 'ANY' || (wanted === 'TAGGED') === (tag !== undefined))
        .map(({ tag, digest }) => ({ imageDigest: digest, ...(tag !== undefined && { imageTag: tag }) })),
    }
  },

  // A manifest that is there already gets one more tag.
  putImage: ({ repositoryName, imageManifest = '', imageTag, imageDigest }, world) => {
    const { name, imageTagMutability } = repositoryOf(world, repositoryName)
    const image = rowsIn(world, name).find(
      row => manifestOf(row) === imageManifest && row.digest === (imageDigest ?? row.digest),
    )
    if (!image || imageTag === undefined)
      throw new SandboxGap('PutImage gives another tag to an image that is there, and does nothing else')
    const before = images(world).get(`${name}:${imageTag}`)
    if (before?.digest === image.digest)
      throw awsFault(
        'ImageAlreadyExistsException',
        `Image with digest '${image.digest}' and tag '${imageTag}' already exists in the repository with name '${name}' in registry with id '${world.account}'`,
      )
    if (before && imageTagMutability === 'IMMUTABLE') throw immutable(name, imageTag)
    setTag(world, { ...image, tag: imageTag })
    return {
      image: {
        registryId: world.account,
        repositoryName: name,
        imageId: { imageDigest: image.digest, imageTag },
        imageManifest,
      },
    }
  },

  // A tag goes alone where the image has others; with its last tag, or by its digest, the image goes.
  batchDeleteImage: ({ repositoryName, imageIds = [] }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const answers = imageIds.map(imageId => {
      const rows = rowsIn(world, name)
      const found = rows.filter(named(imageId))
      removeRows(world, found)
      return { imageId, found }
    })
    return {
      imageIds: answers.flatMap(({ found }) =>
        found.map(({ digest, tag }) => ({
          imageDigest: digest,
          ...(tag !== undefined && { imageTag: tag }),
        })),
      ),
      failures: answers.filter(({ found }) => found.length === 0).map(({ imageId }) => notFound(imageId)),
    }
  },

  batchGetImage: ({ repositoryName, imageIds = [] }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const inside = rowsIn(world, name)
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
      failures: imageIds.filter((_id, index) => !found[index]).map(notFound),
    }
  },

  // The configuration of an image is a blob as its layers are.
  getDownloadUrlForLayer: ({ repositoryName, layerDigest }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const image = rowsIn(world, name).find(one => configDigestOf(one) === layerDigest)
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

function immutable(name: string, tag: string): Error {
  return awsFault(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
  )
}

function notFound(imageId: ImageIdentifier) {
  return {
    imageId,
    failureCode: 'ImageNotFound' as const,
    failureReason: 'Requested image not found',
  }
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
