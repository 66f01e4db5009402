import type { IpAddressType, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Blocker } from '../../resources/blocker.ts'
import type { Goneness, Kind, Readiness } from '../../resources/kind.ts'
import { describeEach } from './describe.ts'
import { findNamed, fullNameIn } from './named.ts'
import { retag, tagsWanted } from './tags.ts'

export interface LoadBalancerProps {
  /** At most 32 letters, digits and hyphens, unique in the region. */
  readonly name: string
  readonly scheme: 'internet-facing' | 'internal'
  /** Never sent: it follows from the subnets. */
  readonly vpcId?: string | undefined
  /** In at least two Availability Zones. */
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  /** AWS's default is `ipv4`. `dualstack` needs an IPv6 block on each of its subnets. */
  readonly ipAddressType?: IpAddressType | undefined
  /** Seconds. AWS's default is 60. */
  readonly idleTimeout?: number | undefined
  readonly deletionProtection?: boolean | undefined
}

export interface LoadBalancerAttributes {
  readonly arn: string
  readonly dnsName: string
  /** The zone that an alias record names. */
  readonly hostedZoneId: string
  /** `app/name/hash`: the CloudWatch dimension, and the name its network interfaces carry. */
  readonly fullName: string
}

type Settings = Pick<LoadBalancerProps, 'idleTimeout' | 'deletionProtection'>

const keys = {
  idleTimeout: 'idle_timeout.timeout_seconds',
  deletionProtection: 'deletion_protection.enabled',
} as const satisfies Record<keyof Settings, string>

const defaults = { idleTimeout: 60, deletionProtection: false }

export const loadBalancer: Kind<LoadBalancerProps, LoadBalancerAttributes> = {
  type: 'elbv2/load-balancer',
  label: 'load balancer',
  ownership: 'tags',
  replaceOn: ['name', 'scheme', 'vpcId'],
  replacement: { deleteFirst: 'A target group receives requests from one load balancer only.' },
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  withdrawn: {
    vpcId: { moot: 'it follows from the subnets' },
    ipAddressType: { becomes: 'ipv4' },
    idleTimeout: { becomes: defaults.idleTimeout },
    deletionProtection: { becomes: defaults.deletionProtection },
  },
  findBy: ['name'],
  irreplaceable: changed => (changed.includes('vpcId') ? inAnotherVpc : undefined),
  fromArn: arn => (arn.includes(':loadbalancer/app/') ? { arn, fullName: fullNameIn(arn) } : undefined),
  seconds: { create: 150, delete: 60 },

  normalise: props => ({
    ...props,
    subnetIds: Array.isArray(props.subnetIds) ? sorted(props.subnetIds) : props.subnetIds,
    securityGroupIds: Array.isArray(props.securityGroupIds)
      ? sorted(props.securityGroupIds)
      : props.securityGroupIds,
  }),

  read: async (requests, { aws }) => {
    const [found, recorded] = await Promise.all([
      findNamed(requests, {
        describe: ({ arns, ...selection }) =>
          aws.elbv2
            .describeLoadBalancers({ ...selection, ...(arns ? { LoadBalancerArns: arns } : {}) })
            .then(({ LoadBalancers, NextMarker }) => ({ rows: LoadBalancers, next: NextMarker })),
        arnOf: ({ LoadBalancerArn }) => LoadBalancerArn,
        nameOf: ({ LoadBalancerName }) => LoadBalancerName,
      }),
      // In the same wave where the ARN is known.
      Promise.all(
        requests.map(async ({ attributes, props }) =>
          attributes && declaresSettings(props) ? settingsOf(attributes.arn, aws) : undefined,
        ),
      ),
    ])
    const arns = found.map(row => row?.LoadBalancerArn)
    const tags = await tagsWanted(requests, arns, aws)
    return Promise.all(
      found.map(async (row, index) => {
        if (!row?.LoadBalancerArn) return undefined
        const settings = declaresSettings(requests[index]!.props)
          ? (recorded[index] ?? (await settingsOf(row.LoadBalancerArn, aws)))
          : {}
        // Gone between the two reads.
        if (!settings) return undefined
        return {
          attributes: attributesOf(row),
          props: {
            name: row.LoadBalancerName ?? '',
            scheme: row.Scheme ?? 'internet-facing',
            vpcId: row.VpcId,
            subnetIds: sorted((row.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId ?? '')),
            securityGroupIds: sorted(row.SecurityGroups ?? []),
            ipAddressType: row.IpAddressType ?? 'ipv4',
            ...settings,
          },
          tags: tags.get(row.LoadBalancerArn),
          pending: isActive(row) ? undefined : row.State?.Code,
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { LoadBalancers } = await aws.elbv2.createLoadBalancer({
      Name: props.name,
      Type: 'application',
      Scheme: props.scheme,
      Subnets: [...props.subnetIds],
      SecurityGroups: [...props.securityGroupIds],
      ...(props.ipAddressType ? { IpAddressType: props.ipAddressType } : {}),
      Tags: tagList(tags),
    })
    return attributesOf(LoadBalancers![0]!)
  },

  finish: async ({ props }, attributes, { aws }) => {
    // What AWS sets by default needs no call.
    await modify(
      attributes.arn,
      settingNames.filter(name => (props[name] ?? defaults[name]) !== defaults[name]),
      props,
      aws,
    )
    return attributes
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const LoadBalancerArn = attributes.arn
    if (changed.includes('subnetIds'))
      await aws.elbv2.setSubnets({ LoadBalancerArn, Subnets: [...props.subnetIds] })
    if (changed.includes('securityGroupIds'))
      await aws.elbv2.setSecurityGroups({ LoadBalancerArn, SecurityGroups: [...props.securityGroupIds] })
    if (changed.includes('ipAddressType'))
      await aws.elbv2.setIpAddressType({ LoadBalancerArn, IpAddressType: props.ipAddressType ?? 'ipv4' })
    await modify(
      LoadBalancerArn,
      settingNames.filter(name => changed.includes(name)),
      props,
      aws,
    )
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  blockers: (all, { aws }) =>
    Promise.all(
      all.map(async ({ arn }) => {
        const settings = await settingsOf(arn, aws)
        return settings?.deletionProtection ? [protectionOf(arn)] : []
      }),
    ),

  delete: async ({ attributes: { arn } }, { aws }) => {
    await orAbsent(aws.elbv2.deleteLoadBalancer({ LoadBalancerArn: arn }))
  },

  ready: async (attributes, { aws }) => {
    const rows = await rowsOf(attributes, aws)
    return attributes.map((one): Readiness<LoadBalancerAttributes> => {
      const row = rows.find(({ LoadBalancerArn }) => LoadBalancerArn === one.arn)
      if (row && isActive(row)) return { state: 'ready', attributes: one }
      if (row?.State?.Code === 'failed')
        return { state: 'failed', reason: row.State.Reason ?? 'the load balancer is in state failed' }
      return { state: 'waiting', status: row?.State?.Code ?? 'provisioning' }
    })
  },

  gone: async (attributes, { aws }) => {
    const rows = await rowsOf(attributes, aws)
    const listed = attributes.map(({ arn }) => rows.some(({ LoadBalancerArn }) => LoadBalancerArn === arn))
    // Its network interfaces outlive it, and hold subnets, security groups and the internet gateway.
    const descriptions = attributes.flatMap((one, index) => (listed[index] ? [] : [interfaceOf(one)]))
    const { NetworkInterfaces = [] } =
      descriptions.length > 0
        ? await aws.ec2.describeNetworkInterfaces({
            Filters: [{ Name: 'description', Values: descriptions }],
            MaxResults: 1000,
          })
        : {}
    return attributes.map((one, index): Goneness => {
      if (listed[index]) return { state: 'waiting', status: 'deleting' }
      return NetworkInterfaces.some(({ Description }) => Description === interfaceOf(one))
        ? { state: 'waiting', status: 'releasing network interfaces' }
        : { state: 'gone' }
    })
  },
}

const inAnotherVpc = {
  why: 'a load balancer cannot move to another VPC, and its services would be down until all is made again',
  instead:
    'create a second environment with the new network (environments: in the config), copy the data, switch the DNS name to it, then tear this one down',
}

const settingNames = ['idleTimeout', 'deletionProtection'] as const

function rowsOf(attributes: readonly LoadBalancerAttributes[], aws: Aws): Promise<LoadBalancer[]> {
  return describeEach(
    attributes.map(({ arn }) => arn),
    LoadBalancerArns =>
      aws.elbv2.describeLoadBalancers({ LoadBalancerArns }).then(({ LoadBalancers }) => LoadBalancers),
  )
}

function protectionOf(arn: string): Blocker {
  return {
    id: `${keys.deletionProtection} of ${arn}`,
    what: 'its deletion protection is on',
    setting: true,
    hint: `switch it off, then run the same command again: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arn} --attributes Key=${keys.deletionProtection},Value=false`,
  }
}

function declaresSettings(props: Partial<LoadBalancerProps>): boolean {
  return settingNames.some(name => props[name] !== undefined)
}

async function settingsOf(LoadBalancerArn: string, aws: Aws): Promise<Settings | undefined> {
  const answer = await orAbsent(aws.elbv2.describeLoadBalancerAttributes({ LoadBalancerArn }))
  if (!answer) return undefined
  const values = new Map((answer.Attributes ?? []).map(({ Key, Value }) => [Key, Value]))
  return {
    idleTimeout: Number(values.get(keys.idleTimeout) ?? defaults.idleTimeout),
    deletionProtection: values.get(keys.deletionProtection) === 'true',
  }
}

async function modify(
  LoadBalancerArn: string,
  names: readonly (keyof Settings)[],
  props: Settings,
  aws: Aws,
): Promise<void> {
  if (names.length === 0) return
  const Attributes = names.map(name => ({ Key: keys[name], Value: String(props[name] ?? defaults[name]) }))
  await aws.elbv2.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes })
}

/** `active_impaired` serves traffic; it only cannot scale further. */
function isActive({ State }: LoadBalancer): boolean {
  return State?.Code === 'active' || State?.Code === 'active_impaired'
}

function interfaceOf({ fullName }: LoadBalancerAttributes): string {
  return `ELB ${fullName}`
}

function attributesOf({
  LoadBalancerArn: arn = '',
  DNSName: dnsName = '',
  CanonicalHostedZoneId: hostedZoneId = '',
}: LoadBalancer): LoadBalancerAttributes {
  return { arn, dnsName, hostedZoneId, fullName: fullNameIn(arn) }
}
