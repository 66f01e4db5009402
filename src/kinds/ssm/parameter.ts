import type { Parameter } from '@aws-sdk/client-ssm'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Kind, Tags } from '../../resources/kind.ts'

export interface ParameterProps {
  /** With a leading `/`; unique in the region. */
  readonly name: string
  /** No secret: SSM shows it to everyone who may read. Up to 4 KiB. */
  readonly value: string
}

export interface ParameterAttributes {
  readonly name: string
  readonly arn: string
}

/** AWS takes this many names in one call. */
const names = 10

export const parameter: Kind<ParameterProps, ParameterAttributes> = {
  type: 'ssm/parameter',
  label: 'SSM parameter',
  ownership: 'tags',
  replaceOn: ['name'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes?.name ?? props.name!)
    const found = new Map((await parametersNamed(aws, wanted)).map(one => [one.Name, one]))
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const one = found.get(wanted[index])
        if (!one) return undefined
        const listed =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.ssm.listTagsForResource({ ResourceType: 'Parameter', ResourceId: one.Name }))
        if (!attributes && !listed) return undefined
        return {
          attributes: { name: one.Name!, arn: one.ARN! },
          props: { name: one.Name!, value: one.Value ?? '' },
          tags: listed && fromTagList(listed.TagList),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws, partition, region, account }) => {
    const { name, value } = props
    await aws.ssm.putParameter({ Name: name, Value: value, Type: 'String', Tags: tagList(tags) })
    return { name, arn: `arn:${partition}:ssm:${region}:${account}:parameter${name}` }
  },

  update: async ({ attributes, props }, { aws }) => {
    // Tags cannot stand beside Overwrite.
    await aws.ssm.putParameter({ Name: attributes.name, Value: props.value, Type: 'String', Overwrite: true })
    return attributes
  },

  retag: ({ name }, change, { aws }) => retagParameter(name, change, aws),

  delete: async ({ attributes: { name } }, { aws }) => {
    await orAbsent(aws.ssm.deleteParameter({ Name: name }))
  },
}

export async function retagParameter(
  name: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  { ssm }: Aws,
): Promise<void> {
  const what = { ResourceType: 'Parameter', ResourceId: name } as const
  if (Object.keys(set).length > 0) await ssm.addTagsToResource({ ...what, Tags: tagList(set) })
  if (remove.length > 0) await ssm.removeTagsFromResource({ ...what, TagKeys: [...remove] })
}

/** Unknown names are left out, without an error. */
async function parametersNamed(aws: Aws, wanted: readonly string[]): Promise<Parameter[]> {
  const batches = Array.from({ length: Math.ceil(wanted.length / names) }, (_, index) =>
    wanted.slice(index * names, (index + 1) * names),
  )
  const pages = await Promise.all(batches.map(Names => aws.ssm.getParameters({ Names })))
  return pages.flatMap(({ Parameters = [] }) => Parameters)
}
