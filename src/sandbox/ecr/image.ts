import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { repositoryOf } from './repository.ts'

export interface ImageRow {
  readonly repositoryName: string
  readonly tag: string
  readonly digest: string
}

export const images = (world: World) => world.table<ImageRow>('ecr/image')

/** What `docker push` would do; gives the image's digest. */
export function pushImage(world: World, repositoryName: string, tag: string): string {
  const { name } = repositoryOf(world, repositoryName)
  const digest = world.id('sha256:', 64)
  images(world).set(`${name}:${tag}`, { repositoryName: name, tag, digest })
  return digest
}

export const imageOperations = {
  describeImages: ({ repositoryName, imageIds }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const inside = images(world)
      .list()
      .filter(image => image.repositoryName === name)
    const found = imageIds
      ? imageIds.map(({ imageTag, imageDigest }) => {
          const image = inside.find(
            ({ tag, digest }) => tag === (imageTag ?? tag) && digest === (imageDigest ?? digest),
          )
          if (!image)
            throw awsFault(
              'ImageNotFoundException',
              `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} ` +
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
        imageTags: [tag],
      })),
    }
  },
} satisfies Partial<SandboxService<'ecr'>>
