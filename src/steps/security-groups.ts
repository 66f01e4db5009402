import type { StackConfig } from '../config/schema/stack.ts'
import { testPorts } from '../config/deployment.ts'
import { listenerPorts } from '../config/front-door.ts'
import { makesLoadBalancer, usesOf } from '../config/uses.ts'
import type { Declare, Handle } from './declare.ts'
import type { ExistingLoadBalancer } from './existing-load-balancer.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'
import { portOf } from './ports.ts'

export type SecurityGroup = Handle<'ec2/security-group'>

export interface SecurityGroups {
  readonly loadBalancer: SecurityGroup | undefined
  readonly tasks: SecurityGroup
  /** Of the cluster's own instances. */
  readonly hosts: SecurityGroup | undefined
  /** By instance. */
  readonly instances: ReadonlyMap<string, SecurityGroup>
  /** By name of the database, cache or file system; `search` for the search domain. */
  readonly data: ReadonlyMap<string, SecurityGroup>
  /** By name of the database that has a proxy. */
  readonly proxies: ReadonlyMap<string, SecurityGroup>
}

/** Each layer lets in only the one before it. */
export function securityGroups(
  declare: Declare,
  config: StackConfig,
  { vpc }: Network,
  shared: ExistingLoadBalancer | undefined,
  names: Names,
): SecurityGroups {
  const vpcId = vpc.out.vpcId
  const used = new Set(
    Object.values(config.services)
      .flatMap(usesOf)
      .map(({ name }) => name),
  )

  if (Object.values(config.services).some(({ logging }) => logging === 'search')) used.add('search')
  const everybody = config.network.ipv6 ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0']
  // AWS lets a new group out over IPv6 only when its VPC has IPv6 by then.
  const egress = config.network.ipv6 ? { egress: everybody.map(cidr => ({ protocol: '-1', cidr })) } : {}

  const loadBalancer = makesLoadBalancer(config)
    ? declare(
        'security-groups/alb',
        'ec2/security-group',
        {
          groupName: names.of('alb', 'securityGroup'),
          description: 'Load balancer: web traffic from everywhere',
          vpcId,
          ingress: [
            ...(config.loadBalancer.openPorts ?? listenerPorts(config)).map(
              port => [port, everybody] as const,
            ),
            ...testPorts(config),
          ].flatMap(([port, cidrs]) =>
            cidrs.map(cidr => ({ protocol: 'tcp', fromPort: port, toPort: port, cidr })),
          ),
        },
        { name: names.of('alb', 'securityGroup'), origin: 'loadBalancer' },
      )
    : undefined

  const door = loadBalancer?.out.groupId ?? shared?.loadBalancer.out.securityGroupId
  const tasks = declare(
    'security-groups/ecs',
    'ec2/security-group',
    {
      groupName: names.of('ecs', 'securityGroup'),
      description: 'Tasks: traffic from the load balancer',
      vpcId,
      ingress: door ? [{ protocol: '-1', groupId: door }] : [],
      ...egress,
    },
    { name: names.of('ecs', 'securityGroup'), origin: 'services' },
  )

  const hosts = config.cluster.capacity
    ? declare(
        'security-groups/hosts',
        'ec2/security-group',
        {
          groupName: names.of('hosts', 'securityGroup'),
          description: 'Instances of the cluster: nothing comes in',
          vpcId,
          ingress: [],
          ...egress,
        },
        { name: names.of('hosts', 'securityGroup'), origin: 'cluster.capacity' },
      )
    : undefined

  const instances = new Map(
    Object.entries(config.instances).map(([name, { ports }]) => [
      name,
      declare(
        `security-groups/${name}`,
        'ec2/security-group',
        {
          groupName: names.of(name, 'securityGroup'),
          description: `Instance ${name}: the ports that the config opens`,
          vpcId,
          ingress: ports.flatMap(open => {
            const [port, cidrs] = typeof open === 'number' ? [open, everybody] : [open.port, [open.cidr]]
            return cidrs.map(cidr => ({ protocol: 'tcp', fromPort: port, toPort: port, cidr }))
          }),
          ...egress,
        },
        { name: names.of(name, 'securityGroup'), origin: `instances.${name}` },
      ),
    ]),
  )
  const usersOf = (name: string): SecurityGroup[] => [
    ...(used.has(name) ? [tasks] : []),
    ...[...instances]
      .filter(([instance]) => config.instances[instance]?.uses.includes(name))
      .map(([, group]) => group),
  ]

  const fromUsers = (name: string, port: number) =>
    usersOf(name).map(({ out }) => ({
      protocol: 'tcp',
      fromPort: port,
      toPort: port,
      groupId: out.groupId,
    }))
  const proxies = new Map(
    Object.entries(config.databases)
      .filter(([, { proxy }]) => proxy)
      .map(([name, database]) => [
        name,
        declare(
          `security-groups/${name}.proxy`,
          'ec2/security-group',
          {
            groupName: names.of(`${name}-proxy`, 'securityGroup'),
            description: `Traffic from tasks to the proxy of ${name}`,
            vpcId,
            ingress: fromUsers(name, portOf(database)),
          },
          { name: names.of(`${name}-proxy`, 'securityGroup'), origin: `databases.${name}.proxy` },
        ),
      ]),
  )

  const data = new Map(
    doors(config).map(({ name, port, origin }) => [
      name,
      declare(
        `security-groups/${name}`,
        'ec2/security-group',
        {
          groupName: names.of(name, 'securityGroup'),
          description: `Traffic from tasks to ${name}`,
          vpcId,
          ingress: [
            // Replicas have no proxy: services reach them themselves.
            ...(proxies.has(name) && !config.databases[name]?.replicas ? [] : fromUsers(name, port)),
            ...[proxies.get(name)].flatMap(proxy =>
              proxy ? [{ protocol: 'tcp', fromPort: port, toPort: port, groupId: proxy.out.groupId }] : [],
            ),
          ],
        },
        { name: names.of(name, 'securityGroup'), origin },
      ),
    ]),
  )
  return { loadBalancer, tasks, hosts, instances, data, proxies }
}

function doors({ databases, caches, fileSystems, search }: StackConfig) {
  return [
    ...Object.entries(databases).map(([name, database]) => ({
      name,
      port: portOf(database),
      origin: `databases.${name}`,
    })),
    ...Object.entries(caches).map(([name, { port }]) => ({ name, port, origin: `caches.${name}` })),
    ...Object.keys(fileSystems).map(name => ({ name, port: nfsPort, origin: `fileSystems.${name}` })),
    ...(search ? [{ name: 'search', port: 443, origin: 'search' }] : []),
  ]
}

const nfsPort = 2049
