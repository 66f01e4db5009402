import type { Aws } from '../aws/aws.ts'
import { orAbsent } from '../aws/errors.ts'
import type { Web } from '../effects/programs.ts'
import { ProvisionError } from '../errors.ts'
import { manifestTypes } from '../kinds/ecr/image.ts'
import { architecturesOf } from './image-platform.ts'

export interface Image {
  /** What the task definition is given: by digest where the registry is ours to ask. */
  readonly reference: string
  readonly digest?: string
  /** CPU architectures in the registry's own words (`amd64`); empty where nobody could say. */
  readonly architectures: readonly string[]
  /** Digests of the images that an index names, by architecture: ECR scans these, and not the index. */
  readonly platforms?: Readonly<Record<string, string>>
  /** What could not be checked. */
  readonly note?: string
}

interface Place {
  readonly registryId: string
  readonly region: string
  readonly repositoryName: string
  readonly imageTag?: string
  readonly imageDigest?: string
}

export interface ImageEnvironment {
  readonly aws: Aws
  readonly region: string
  /** Where it is not given, the configuration of an image for one platform is not looked at. */
  readonly web?: Web
}

/**
 * Pins an image to its digest. An image in ECR has to exist; one elsewhere is taken as it is, with a note.
 * Throws with code `refused` when ECR does not have it.
 */
export async function resolveImage(
  reference: string,
  { aws, region, web }: ImageEnvironment,
): Promise<Image> {
  const place = placeOf(reference)
  if (!place || place.region !== region)
    return {
      reference,
      architectures: [],
      note: `${reference} is not in ECR in ${region} and not checked: that it exists and fits the CPU is seen only when a task starts`,
    }
  const { registryId, repositoryName, imageTag, imageDigest } = place
  const answer = await orAbsent(
    aws.ecr.batchGetImage({
      registryId,
      repositoryName,
      imageIds: [imageDigest ? { imageDigest } : { imageTag: imageTag ?? 'latest' }],
      acceptedMediaTypes: manifestTypes,
    }),
  )
  const found = answer?.images?.[0]
  const digest = found?.imageId?.imageDigest
  if (!digest)
    throw new ProvisionError({
      code: 'refused',
      message: answer
        ? `${repositoryName} has no image ${imageDigest ?? imageTag ?? 'latest'}`
        : `there is no repository ${repositoryName} in ${region}`,
      hint: `push it first (with --sandbox: provision sandbox push), or name another with --image; aws ecr describe-images --repository-name ${repositoryName} lists what is there`,
    })
  const [repository] = reference.split(/@|:(?=[^/]*$)/)
  const built = await architecturesOf(found.imageManifest, { registryId, repositoryName }, { aws, web })
  return { reference: `${repository}@${digest}`, digest, ...built }
}

/** Where in ECR an image is; undefined for one in another registry. */
export function placeOf(reference: string): Place | undefined {
  const parts =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:\w+))?$/.exec(
      reference,
    )
  if (!parts) return undefined
  const [, registryId = '', region = '', repositoryName = '', imageTag, imageDigest] = parts
  return {
    registryId,
    region,
    repositoryName,
    ...(imageTag && { imageTag }),
    ...(imageDigest && { imageDigest }),
  }
}
