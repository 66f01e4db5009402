import type { Filter, ResourceType, TagDescription } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { ec2Arn, setTags, untag } from './tags.ts'

export const tagOperations = {
  createTags: ({ Resources = [], Tags = [] }, world) => {
    for (const id of Resources) setTags(world, id, Tags)
    return {}
  },

  deleteTags: ({ Resources = [], Tags = [] }, world) => {
    const keys = Tags.map(({ Key = '' }) => Key)
    for (const id of Resources) untag(world, id, keys)
    return {}
  },

  describeTags: ({ Filters = [] }, world) => {
    const prefix = ec2Arn(world, '-').replace(/[^:]*$/, '')
    const rows = tagged(world)
      .list()
      .filter(({ arn }) => arn.startsWith(prefix))
      .flatMap(({ arn, tags }) => {
        const [type, ResourceId] = arn.slice(prefix.length).split('/')
        return Object.entries(tags).map(([Key, Value]): TagDescription => ({
          Key,
          Value,
          ResourceId,
          ResourceType: type as ResourceType,
        }))
      })
    return { Tags: rows.filter(row => Filters.every(filter => passes(row, filter))) }
  },
} satisfies Partial<SandboxService<'ec2'>>

function passes(row: TagDescription, { Name = '', Values = [] }: Filter): boolean {
  const facts: Readonly<Record<string, string | undefined>> = {
    key: row.Key,
    value: row.Value,
    'resource-id': row.ResourceId,
    'resource-type': row.ResourceType,
  }
  if (!(Name in facts)) throw awsFault('InvalidParameterValue', `The filter '${Name}' is invalid`)
  return Values.includes(facts[Name] ?? '')
}
