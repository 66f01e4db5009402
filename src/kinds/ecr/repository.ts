import type { Repository } from '@aws-sdk/client-ecr'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { hasCode, isNotFound, orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { HoldsData } from '../../errors.ts'
import { canonical, sorted } from '../../resources/json.ts'
import type { Json } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'

export interface RepositoryProps {
  readonly repositoryName: string
  readonly scanOnPush?: boolean | undefined
  readonly imageTagMutability?: 'MUTABLE' | 'IMMUTABLE' | undefined
  readonly encryption?: 'AES256' | 'KMS' | undefined
  /** Null: none. */
  readonly lifecyclePolicy?: LifecyclePolicy | null | undefined
}

export interface LifecyclePolicy {
  readonly [key: string]: Json | undefined
}

export interface RepositoryAttributes {
  readonly repositoryName: string
  readonly arn: string
  /** Where images are pushed to and pulled from. */
  readonly uri: string
}

/** AWS takes this many names in one call. */
const names = 100

/** What one that is not empty holds. */
const images = 'images'

export const repository: Kind<RepositoryProps, RepositoryAttributes> = {
  type: 'ecr/repository',
  label: 'ECR repository',
  ownership: 'tags',
  data: 'keep-unless-empty',
  replaceOn: ['repositoryName', 'encryption'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['repositoryName'], label: 'name' }],
  late: ['lifecyclePolicy'],
  withdrawn: {
    scanOnPush: { becomes: false },
    imageTagMutability: { becomes: 'MUTABLE' },
    encryption: { becomes: 'AES256' },
    lifecyclePolicy: { becomes: null },
  },
  findBy: ['repositoryName'],
  seconds: { create: 1, delete: 1 },
  additions: [
    { what: 'rules of the lifecycle policy', rule: 'reverted' },
    {
      what: 'a repository policy',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ repositoryName }, { aws }) =>
        (await orAbsent(aws.ecr.getRepositoryPolicy({ repositoryName })))
          ? [{ line: 'repository policy' }]
          : [],
    },
  ],

  normalise: props =>
    props.lifecyclePolicy ? { ...props, lifecyclePolicy: withSortedRules(props.lifecyclePolicy) } : props,

  identify: repositoryName => ({ props: { repositoryName } }),

  read: async (requests, { aws }) => {
    const wanted = requests.map(
      ({ attributes, props }) => attributes?.repositoryName ?? props.repositoryName!,
    )
    const expected = wanted.filter((_, index) => requests[index]!.attributes)
    const policyOf = async ({ props }: (typeof requests)[number], index: number) =>
      props.lifecyclePolicy === undefined ? undefined : lifecyclePolicyOf(aws, wanted[index]!)
    const [named, among, policies] = await Promise.all([
      repositoriesNamed(aws, expected),
      repositoriesAmong(
        aws,
        wanted.filter((_, index) => !requests[index]!.attributes),
      ),
      // In the same wave where it is expected to be there.
      Promise.all(
        requests.map(async (request, index) => (request.attributes ? policyOf(request, index) : undefined)),
      ),
    ])
    const byName = new Map([...named, ...among].map(one => [one.repositoryName, one]))
    return Promise.all(
      requests.map(async (request, index) => {
        const { attributes, tagsToo } = request
        const one = byName.get(wanted[index])
        if (!one) return undefined
        const [lifecyclePolicy, tagging] = await Promise.all([
          attributes ? policies[index] : policyOf(request, index),
          attributes && !tagsToo
            ? undefined
            : orAbsent(aws.ecr.listTagsForResource({ resourceArn: one.repositoryArn })),
        ])
        // Gone between the two reads.
        if (!attributes && !tagging) return undefined
        return {
          attributes: attributesOf(one),
          props: { ...propsOf(one), lifecyclePolicy },
          tags: tagging && fromTagList(tagging.tags),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { repositoryName, scanOnPush, imageTagMutability, encryption } = props
    const { repository: made } = await aws.ecr.createRepository({
      repositoryName,
      ...(scanOnPush === undefined ? {} : { imageScanningConfiguration: { scanOnPush } }),
      ...(imageTagMutability === undefined ? {} : { imageTagMutability }),
      ...(encryption === undefined ? {} : { encryptionConfiguration: { encryptionType: encryption } }),
      tags: tagList(tags),
    })
    return attributesOf(made!)
  },

  finish: async ({ props }, attributes, { aws }) => {
    if (props.lifecyclePolicy) await putLifecyclePolicy(aws, attributes, props.lifecyclePolicy)
    return attributes
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const { repositoryName } = attributes
    const { scanOnPush, imageTagMutability, lifecyclePolicy } = props
    if (changed.includes('scanOnPush'))
      await aws.ecr.putImageScanningConfiguration({
        repositoryName,
        imageScanningConfiguration: { scanOnPush: scanOnPush ?? false },
      })
    if (changed.includes('imageTagMutability'))
      await aws.ecr.putImageTagMutability({
        repositoryName,
        imageTagMutability: imageTagMutability ?? 'MUTABLE',
      })
    if (changed.includes('lifecyclePolicy') && lifecyclePolicy)
      await putLifecyclePolicy(aws, attributes, lifecyclePolicy)
    if (changed.includes('lifecyclePolicy') && lifecyclePolicy === null)
      await orAbsent(aws.ecr.deleteLifecyclePolicy({ repositoryName }))
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0) await aws.ecr.tagResource({ resourceArn: arn, tags: tagList(set) })
    if (remove.length > 0) await aws.ecr.untagResource({ resourceArn: arn, tagKeys: [...remove] })
  },

  holds: (all, { aws }) =>
    Promise.all(
      all.map(async ({ repositoryName }) => {
        const found = await orAbsent(aws.ecr.describeImages({ repositoryName, maxResults: 1 }))
        return (found?.imageDetails ?? []).length > 0 ? [{ what: images }] : []
      }),
    ),

  delete: async ({ attributes: { repositoryName }, dataMayGo }, { aws }) => {
    try {
      await orAbsent(aws.ecr.deleteRepository({ repositoryName, force: dataMayGo }))
    } catch (error) {
      throw hasCode(error, 'RepositoryNotEmptyException') ? new HoldsData(images) : error
    }
  },
}

function attributesOf({ repositoryName, repositoryArn, repositoryUri }: Repository): RepositoryAttributes {
  return { repositoryName: repositoryName!, arn: repositoryArn!, uri: repositoryUri! }
}

/** AWS knows more settings than can be declared (tag exclusions, double encryption): shown as they are, they differ. */
function propsOf(one: Repository): RepositoryProps {
  return {
    repositoryName: one.repositoryName!,
    scanOnPush: one.imageScanningConfiguration?.scanOnPush ?? false,
    imageTagMutability: (one.imageTagMutability ?? 'MUTABLE') as RepositoryProps['imageTagMutability'],
    encryption: (one.encryptionConfiguration?.encryptionType ?? 'AES256') as RepositoryProps['encryption'],
  }
}

async function repositoriesNamed(aws: Aws, wanted: readonly string[]): Promise<Repository[]> {
  const batches = batchesOf(wanted, names)
  return (await Promise.all(batches.map(batch => describe(aws, batch)))).flat()
}

/**
 * Before the first `up` all names are unknown, and one unknown name fails a call by names: several are looked up in
 * the list of all.
 */
function repositoriesAmong(aws: Aws, wanted: readonly string[]): Promise<Repository[]> {
  if (wanted.length <= 1) return repositoriesNamed(aws, wanted)
  return allPages(nextToken =>
    aws.ecr
      .describeRepositories({ maxResults: 1000, nextToken })
      .then(({ repositories, nextToken: next }) => ({ rows: repositories, next })),
  )
}

/** One unknown name fails the whole call and hides the others, so then each is asked for by itself. */
async function describe(aws: Aws, repositoryNames: string[]): Promise<Repository[]> {
  try {
    const { repositories } = await aws.ecr.describeRepositories({ repositoryNames })
    return repositories ?? []
  } catch (error) {
    if (!isNotFound(error)) throw error
    if (repositoryNames.length === 1) return []
    return (await Promise.all(repositoryNames.map(name => describe(aws, [name])))).flat()
  }
}

async function lifecyclePolicyOf(aws: Aws, repositoryName: string): Promise<LifecyclePolicy | null> {
  const found = await orAbsent(aws.ecr.getLifecyclePolicy({ repositoryName }))
  if (!found?.lifecyclePolicyText) return null
  return withSortedRules(JSON.parse(found.lifecyclePolicyText) as LifecyclePolicy)
}

async function putLifecyclePolicy(
  aws: Aws,
  { repositoryName }: RepositoryAttributes,
  policy: LifecyclePolicy,
): Promise<void> {
  await aws.ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: canonical(policy) })
}

/** The order in which rules are listed means nothing; their `rulePriority` does. */
function withSortedRules(policy: LifecyclePolicy): LifecyclePolicy {
  const { rules } = policy
  return isUnknown(policy) || !Array.isArray(rules) ? policy : { ...policy, rules: sorted(rules) }
}
