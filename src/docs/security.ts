import { isOlder } from '../kinds/engine-version.ts'
import { isDefaultGroup } from '../kinds/families.ts'
import type { Inventory, Item } from '../plan/inventory.ts'
import type { Block, Section, Subject } from './paper.ts'
import { allPlaces } from './places.ts'
import type { Tier } from './places.ts'

interface Rule {
  readonly protocol: string
  readonly fromPort?: number
  readonly toPort?: number
  readonly cidr?: string
  readonly groupId?: string
}

export function security({ inventory }: Subject): Section {
  const groups = inventory.ofType('ec2/security-group')
  const rows = groups.flatMap(group => {
    const ingress = ((group.props['ingress'] ?? []) as readonly Rule[]).toSorted(
      (one, other) => (one.fromPort ?? 0) - (other.fromPort ?? 0),
    )
    const holders = holdersOf(group, inventory)
    const sources = [...new Set(ingress.map(rule => sourceOf(rule, inventory)))]
    const portsFrom = (source: string) =>
      [...new Set(ingress.filter(rule => sourceOf(rule, inventory) === source).map(portsOf))].join(', ')
    return sources.length === 0
      ? [[group.name, holders, 'nobody', 'none']]
      : sources.map(source => [group.name, holders, source, portsFrom(source)])
  })
  const open = rows.filter(([, , from]) => from === everybody)
  return {
    id: 'security',
    title: 'Security layers',
    blocks: [
      { kind: 'heading', text: 'Layer 1: the network' },
      { kind: 'list', ordered: false, entries: isolation(inventory) },
      { kind: 'heading', text: 'Layer 2: who may reach whom' },
      {
        kind: 'text',
        text: groups.every(({ stands }) => stands)
          ? 'From the rules that the security groups have in AWS now. What no row allows is refused.'
          : 'From the rules that are planned where AWS has no group yet. What no row allows is refused.',
      },
      { kind: 'table', head: ['Security group', 'Guards', 'Lets in', 'Ports'], rows },
      {
        kind: 'text',
        text:
          open.length === 0
            ? 'Nothing is open to the internet.'
            : `Open to the internet: ${open.map(([name, , , ports]) => `${name} (${ports})`).join(', ')}.`,
      },
      { kind: 'heading', text: 'Layer 3: what may be done' },
      { kind: 'table', head: ['Role', 'Assumed by', 'May'], rows: roleRows(inventory) },
      { kind: 'heading', text: 'Layer 4: encryption' },
      { kind: 'table', head: ['What', 'At rest', 'In transit'], rows: encryptionRows(inventory) },
      ...secretBlocks(inventory),
    ],
  }
}

const everybody = 'the internet'

function isolation(inventory: Inventory): string[] {
  const [vpc] = inventory.ofType('ec2/vpc', 'ec2/existing-vpc')
  const say: Record<Tier, string> = {
    public: 'reached from the internet where a security group lets it',
    private: 'not reached from the internet; their way out is NAT',
    isolated: 'no way to or from the internet',
  }
  const places = allPlaces(inventory)
  const tiers = (['public', 'private', 'isolated'] as const).flatMap(tier => {
    const of = places.filter(place => place.tier === tier)
    const blocks = of.map(({ subnet }) => String(subnet.props['cidrBlock'] ?? subnet.name))
    return of.length === 0 ? [] : [`${tier} subnets ${blocks.join(', ')}: ${say[tier]}`]
  })
  const acls = inventory.ofType('ec2/network-acl').map(({ name, props }) => {
    const count = (direction: string) => (props[direction] as readonly unknown[] | undefined)?.length ?? 0
    return `network ACL ${name}: ${count('ingress')} rules in, ${count('egress')} out`
  })
  const webAcls = inventory
    .ofType('wafv2/web-acl')
    .map(({ name }) => `web ACL ${name} before the load balancer`)
  return [
    ...(vpc ? [`VPC ${vpc.name} ${String(vpc.props['cidrBlock'] ?? '')}`.trim()] : []),
    ...tiers,
    ...acls,
    ...webAcls,
  ]
}

function sourceOf({ cidr, groupId }: Rule, inventory: Inventory): string {
  if (cidr === '0.0.0.0/0' || cidr === '::/0') return everybody
  return cidr ?? inventory.named(groupId)?.name ?? groupId ?? 'unknown'
}

function portsOf({ protocol, fromPort, toPort }: Rule): string {
  if (protocol === '-1') return 'all'
  const ports = fromPort === toPort ? String(fromPort ?? '') : `${fromPort} to ${toPort}`
  return `${protocol} ${ports}`.trim()
}

/** Names of what carries the group. */
function holdersOf(group: Item, inventory: Inventory): string {
  const carries = ({ props, type }: Item) =>
    type !== 'ec2/security-group' &&
    ((props['securityGroupIds'] ?? []) as readonly unknown[]).some(id => inventory.named(id) === group)
  const holders = inventory.items
    .filter(carries)
    .map(
      item =>
        (item.type === 'efs/mount-target' ? inventory.named(item.props['fileSystemId']) : undefined) ?? item,
    )
    .map(({ label, name }) => `${label} ${name}`)
  return [...new Set(holders)].join(', ') || 'nothing yet'
}

function roleRows(inventory: Inventory): string[][] {
  return inventory.ofType('iam/role').map(({ name, props }) => {
    const managed = ((props['managedPolicyArns'] ?? []) as readonly string[]).map(
      arn => arn.split('/').at(-1) ?? arn,
    )
    const inline = Object.values(props['inlinePolicies'] ?? {}).flatMap(actionsIn)
    return [
      name,
      principalsIn(props['assumeRolePolicy']),
      [...managed, ...new Set(inline)].join(', ') || 'nothing',
    ]
  })
}

interface Statement {
  readonly Effect?: string
  readonly Action?: string | readonly string[]
  readonly Principal?: { readonly Service?: string | readonly string[] }
}

function statementsIn(document: unknown): readonly Statement[] {
  const { Statement: statements = [] } = (document ?? {}) as { Statement?: Statement | readonly Statement[] }
  return [statements].flat()
}

function actionsIn(document: unknown): string[] {
  return statementsIn(document)
    .filter(({ Effect: effect }) => effect !== 'Deny')
    .flatMap(({ Action: action = [] }) => [action].flat())
}

function principalsIn(document: unknown): string {
  return statementsIn(document)
    .flatMap(({ Principal: principal }) => [principal?.Service ?? []].flat())
    .join(', ')
}

function encryptionRows(inventory: Inventory): string[][] {
  const yes = (value: unknown) => (value === true ? 'yes' : 'no')
  const volumes = inventory.ofType('ecs/task-definition').flatMap(({ props }) => props['volumes'] ?? []) as {
    efs?: { fileSystemId?: string; transitEncryption?: boolean }
  }[]
  return inventory.items.flatMap(item => {
    const { type, name, props } = item
    const named = `${item.label} ${name}`
    if (type === 'rds/instance') return [[named, yes(props['storageEncrypted']), databaseTls(props)]]
    if (type === 'elasticache/replication-group')
      return [[named, yes(props['atRestEncryption']), cacheTls(props['transitEncryption'])]]
    if (type === 'efs/file-system') {
      const mounts = volumes.filter(({ efs }) => inventory.named(efs?.fileSystemId) === item)
      const all = mounts.every(({ efs }) => efs?.transitEncryption)
      return [[named, yes(props['encrypted']), mounts.length === 0 ? 'not mounted' : yes(all)]]
    }
    // S3 answers plain HTTP as well, unless the bucket's policy forbids it.
    if (type === 's3/bucket')
      return [[named, String(props['encryption'] ?? 'AES256'), 'HTTPS where the client asks for it']]
    if (type === 'ecr/repository') return [[named, String(props['encryption'] ?? 'AES256'), 'HTTPS']]
    if (type === 'opensearch/domain')
      return [[named, yes(props['encryptionAtRest']), yes(props['nodeToNodeEncryption'])]]
    if (type === 'elbv2/listener')
      return [
        [`Listener ${String(props['port'])}`, 'holds nothing', props['protocol'] === 'HTTPS' ? 'yes' : 'no'],
      ]
    return []
  })
}

/** Which variables are filled from secrets: their names, never their values. */
function secretBlocks(inventory: Inventory): Block[] {
  const rows = inventory.ofType('ecs/task-definition').flatMap(({ name, props }) => {
    const containers = (props['containers'] ?? []) as readonly { name: string; secrets?: object }[]
    return containers.flatMap(container =>
      Object.keys(container.secrets ?? {}).map(variable => [name, container.name, variable]),
    )
  })
  return rows.length === 0
    ? []
    : [
        { kind: 'heading', text: 'Layer 5: secrets' },
        {
          kind: 'text',
          text: 'Read by ECS when a task starts; no value stands in the config, the ledger or here.',
        },
        { kind: 'table', head: ['Task definition', 'Container', 'Variable'], rows },
      ]
}

/** Of AWS's own parameter groups; what another one says is not looked up. */
function databaseTls({
  engine,
  engineVersion,
  parameterGroupName,
}: Readonly<Record<string, unknown>>): string {
  if (!isDefaultGroup(parameterGroupName)) return 'TLS, as its parameter group says'
  return engine === 'postgres' && !isOlder(String(engineVersion), '15')
    ? 'TLS is required'
    : 'TLS where the client asks for it'
}

function cacheTls(transitEncryption: unknown): string {
  if (transitEncryption === 'preferred') return 'TLS where the client asks for it'
  return transitEncryption === true ? 'yes' : 'no'
}
