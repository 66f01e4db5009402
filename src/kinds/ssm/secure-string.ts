import type { ParameterMetadata } from '@aws-sdk/client-ssm'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { HoldsData } from '../../errors.ts'
import type { Kind, KindContext, Tags } from '../../resources/kind.ts'
import { retagParameter } from './parameter.ts'

export interface SecureStringProps {
  /** With a leading `/`; unique in the region. */
  readonly name: string
}

export interface SecureStringAttributes {
  readonly name: string
  readonly arn: string
  /** True when a task that starts now would get a value. */
  readonly hasValue: boolean
}

/** SSM makes no parameter without a value. The first version is this one, and no task starts with it. */
const placeholder = 'not set'

/** What one that is not empty holds. */
const aValue = 'a secret value'

/** AWS takes this many names in one filter. */
const names = 50

/** A parameter whose value is a secret. Nothing here ever asks for that value. */
export const secureString: Kind<SecureStringProps, SecureStringAttributes> = {
  type: 'ssm/secure-string',
  label: 'SecureString parameter',
  ownership: 'tags',
  // Empty until somebody has given it a value. What SSM has deleted it cannot bring back.
  data: 'keep-unless-empty',
  replaceOn: ['name'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, context) => {
    const { aws } = context
    const wanted = requests.map(({ attributes, props }) => attributes?.name ?? props.name!)
    const found = await describe(aws, wanted)
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const one = found.get(wanted[index]!)
        if (!one) return undefined
        const tags = attributes && !tagsToo ? undefined : await tagsOf(aws, wanted[index]!)
        // Gone between the two reads.
        if (!attributes && !tags) return undefined
        const name = one.Name!
        return { attributes: attributesOf(name, one, context), props: { name }, tags }
      }),
    )
  },

  create: async ({ props: { name }, tags }, context) => {
    await context.aws.ssm.putParameter({
      Name: name,
      Value: placeholder,
      Type: 'SecureString',
      Tags: tagList(tags),
    })
    return attributesOf(name, { Type: 'SecureString' }, context)
  },

  retag: ({ name }, change, { aws }) => retagParameter(name, change, aws),

  holds: async (all, { aws }) => {
    const found = await describe(
      aws,
      all.map(({ name }) => name),
    )
    return all.map(({ name }) => {
      const one = found.get(name)
      return one && hasValue(one) ? [{ what: aValue }] : []
    })
  },

  delete: async ({ attributes: { name }, dataMayGo }, { aws }) => {
    const one = (await describe(aws, [name])).get(name)
    if (one && !dataMayGo && hasValue(one)) throw new HoldsData(aValue)
    await orAbsent(aws.ssm.deleteParameter({ Name: name }))
  },
}

export interface SecureStringState {
  readonly hasValue: boolean
  readonly tags: Tags
  /** When it was given its last value. Milliseconds since the epoch. */
  readonly changed: number | undefined
}

/** What AWS shows of a SecureString parameter, its value aside; undefined when there is none of that name. */
export async function secureStringState(aws: Aws, name: string): Promise<SecureStringState | undefined> {
  const one = (await describe(aws, [name])).get(name)
  const tags = one && (await tagsOf(aws, name))
  return one && tags && { hasValue: hasValue(one), tags, changed: one.LastModifiedDate?.getTime() }
}

/** Makes `value` the current one. It goes to AWS and nowhere else. */
export async function putSecureString(aws: Aws, name: string, value: string): Promise<void> {
  await aws.ssm.putParameter({ Name: name, Value: value, Type: 'SecureString', Overwrite: true })
}

/** By name. Unlike GetParameters this shows no value, encrypted or not. Unknown names are left out. */
async function describe(
  { ssm }: KindContext['aws'],
  wanted: readonly string[],
): Promise<Map<string, ParameterMetadata>> {
  const pages = await Promise.all(
    batchesOf(wanted, names).map(Values =>
      allPages(NextToken =>
        ssm
          .describeParameters({
            ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }],
            MaxResults: 50,
            NextToken,
          })
          .then(({ Parameters, NextToken: next }) => ({ rows: Parameters, next })),
      ),
    ),
  )
  return new Map(pages.flat().map(one => [one.Name!, one]))
}

async function tagsOf({ ssm }: Aws, name: string): Promise<Tags | undefined> {
  const listed = await orAbsent(ssm.listTagsForResource({ ResourceType: 'Parameter', ResourceId: name }))
  return listed && fromTagList(listed.TagList)
}

function attributesOf(
  name: string,
  one: ParameterMetadata,
  { partition, region, account }: KindContext,
): SecureStringAttributes {
  return { name, arn: `arn:${partition}:ssm:${region}:${account}:parameter${name}`, hasValue: hasValue(one) }
}

/** A SecureString is made with a placeholder, and any other parameter with its value. */
function hasValue({ Type, Version = 1 }: ParameterMetadata): boolean {
  return Type !== 'SecureString' || Version > 1
}
