import type { Filter, Tag, TagSpecification } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'

/** EC2's resource types by the prefix of their ids; the ARN is made from both. */
const typeOfPrefix: Record<string, string> = {
  vpc: 'vpc',
  subnet: 'subnet',
  igw: 'internet-gateway',
  eigw: 'egress-only-internet-gateway',
  eipalloc: 'elastic-ip',
  nat: 'natgateway',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  eni: 'network-interface',
  acl: 'network-acl',
  vpce: 'vpc-endpoint',
  i: 'instance',
  vol: 'volume',
  lt: 'launch-template',
}

export function ec2Arn(world: World, id: string): string {
  const prefix = id.slice(0, id.lastIndexOf('-'))
  return world.arn('ec2', `${typeOfPrefix[prefix] ?? prefix}/${id}`)
}

/** The tags that a create call sets, stored under the new id. */
export function tagNew(
  world: World,
  id: string,
  type: string,
  specifications: TagSpecification[] = [],
): void {
  const wrong = specifications.find(({ ResourceType }) => ResourceType !== type)
  if (wrong)
    throw awsFault(
      'InvalidParameterValue',
      `'${wrong.ResourceType}' is not a valid taggable resource type for this operation.`,
    )
  setTags(
    world,
    id,
    specifications.flatMap(({ Tags = [] }) => Tags),
  )
}

export function setTags(world: World, id: string, tags: Tag[]): void {
  const reserved = tags.find(({ Key }) => Key?.toLowerCase().startsWith('aws:'))
  if (reserved)
    throw awsFault('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`)
  setTagsOfAws(world, id, tags)
}

/** Those that only AWS itself may set. */
export function setTagsOfAws(world: World, id: string, tags: Tag[]): void {
  tagged(world).set(ec2Arn(world, id), {
    ...tagsOf(world, id),
    ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  })
}

export function tagsOf(world: World, id: string): Record<string, string> {
  return tagged(world).get(ec2Arn(world, id))?.tags ?? {}
}

export function tagListOf(world: World, id: string): Tag[] {
  return Object.entries(tagsOf(world, id)).map(([Key, Value]) => ({ Key, Value }))
}

export function untag(world: World, id: string, keys: readonly string[] | 'all'): void {
  if (keys === 'all') {
    tagged(world).remove(ec2Arn(world, id))
    return
  }
  const left = Object.entries(tagsOf(world, id)).filter(([key]) => !keys.includes(key))
  tagged(world).set(ec2Arn(world, id), Object.fromEntries(left))
}

/**
 * True when a row passes EC2's filters. `facts` gives the values of the filter names this kind of row knows; `tag:*`
 * works on all. An unknown filter name is an error, as on AWS.
 */
export function passes(
  world: World,
  id: string,
  filters: Filter[] | undefined,
  facts: Record<string, string | readonly string[] | undefined>,
): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    if (Name.startsWith('tag:')) return Values.includes(tagsOf(world, id)[Name.slice(4)] ?? '\0')
    if (!(Name in facts)) throw awsFault('InvalidParameterValue', `The filter '${Name}' is invalid`)
    return [facts[Name] ?? []].flat().some(fact => Values.includes(fact))
  })
}
