import type { Aws } from '../aws/aws.ts'
import { meaningOf, orAbsent } from '../aws/errors.ts'
import type { LifecycleRule } from '../kinds/ecr/lifecycle.ts'
import { expiringRule } from '../kinds/ecr/lifecycle.ts'
import type { PlacedImage } from './images-in-use.ts'

/** That ECR will expire an image, whether a service uses it or not. */
export interface Expiry {
  readonly message: string
  readonly hint: string
}

interface Surroundings {
  readonly aws: Aws
  /** Names of the ECR repositories that this stack has in this environment. */
  readonly repositories: readonly string[]
  /** Options that name the same stack, to put behind a command that is to be typed next. */
  readonly again: string
}

/**
 * Whether the lifecycle policy of its repository will expire an image of a service sooner or later, and by which rule.
 * `given`: tags that it does not have yet and is about to get. Undefined where none will, and where nobody may look.
 */
export async function expiryOf(
  { repositoryName, digest }: PlacedImage,
  service: string,
  given: readonly string[],
  { aws, repositories, again }: Surroundings,
): Promise<Expiry | undefined> {
  const [policy, found] = await Promise.all([
    unlessDenied(aws.ecr.getLifecyclePolicy({ repositoryName })),
    unlessDenied(aws.ecr.describeImages({ repositoryName, imageIds: [{ imageDigest: digest }] })),
  ])
  if (!policy?.lifecyclePolicyText || !found?.imageDetails?.[0]) return undefined
  const { rules = [] } = JSON.parse(policy.lifecyclePolicyText) as {
    readonly rules?: readonly LifecycleRule[]
  }
  const rule = expiringRule(rules, [...(found.imageDetails[0].imageTags ?? []), ...given])
  if (!rule) return undefined
  const words = rule.description === undefined ? '' : ` (“${rule.description}”)`
  return {
    message: `rule ${rule.rulePriority} of the lifecycle policy of ${repositoryName}${words} will expire its image, and then ECS can start no further task of it`,
    hint: repositories.includes(repositoryName)
      ? `provision up${again} writes the rule that keeps images in use, and provision restart ${service}${again} marks the image`
      : 'the owner of the repository has to add a rule that keeps it: one with a lower rulePriority, for a tag of this image, with a high countNumber',
  }
}

async function unlessDenied<Result>(call: Promise<Result>): Promise<Result | undefined> {
  return orAbsent(call).catch((error: unknown) => {
    if (meaningOf(error) === 'denied') return undefined
    throw error
  })
}
