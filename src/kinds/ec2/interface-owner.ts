import type { NetworkInterface } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { allPages } from '../../aws/pages.ts'
import type { Owner } from '../../resources/blocker.ts'

/** Who has a network interface now. Each asks the service that has made it; undefined when there is nobody any more. */
type Living = Promise<Owner | undefined>

export async function loadBalancerOf(name: string, path: string, { elbv2 }: Aws): Living {
  const answer = await orAbsent(elbv2.describeLoadBalancers({ Names: [name] }))
  const one = answer?.LoadBalancers?.find(({ LoadBalancerArn }) => LoadBalancerArn?.endsWith(`/${path}`))
  return one && { words: `load balancer ${name}`, ids: [path, one.LoadBalancerArn!] }
}

export async function natGatewayOf(id: string, { ec2 }: Aws): Living {
  const { NatGateways: [one] = [] } = await ec2.describeNatGateways({
    Filter: [{ Name: 'nat-gateway-id', Values: [id] }],
  })
  const lives = one?.State === 'pending' || one?.State === 'available'
  return lives ? { words: `NAT gateway ${id}`, ids: [id] } : undefined
}

export async function endpointOf(id: string, { ec2 }: Aws): Living {
  const { VpcEndpoints: [one] = [] } = await ec2.describeVpcEndpoints({
    Filters: [{ Name: 'vpc-endpoint-id', Values: [id] }],
  })
  if (!one || /^delet/i.test(one.State ?? '')) return undefined
  return { words: `VPC endpoint ${id} (${one.ServiceName})`, ids: [id] }
}

export async function fileSystemOf(MountTargetId: string, { efs }: Aws): Living {
  const answer = await orAbsent(efs.describeMountTargets({ MountTargetId }))
  const [one] = answer?.MountTargets ?? []
  if (!one || one.LifeCycleState === 'deleting' || one.LifeCycleState === 'deleted') return undefined
  return {
    words: `EFS mount target ${MountTargetId} of file system ${one.FileSystemId}`,
    ids: [MountTargetId],
  }
}

/** RDS says of none of its interfaces which database it is for; it has the security groups of its interface. */
export async function databaseOf(row: NetworkInterface, { rds }: Aws): Living {
  const all = await listAll(
    from => rds.describeDBInstances({ ...from, MaxRecords: 100 }),
    page => page.DBInstances,
  )
  const one = all.find(
    ({ DBSubnetGroup, VpcSecurityGroups = [], DBInstanceStatus }) =>
      DBSubnetGroup?.VpcId === row.VpcId &&
      DBInstanceStatus !== 'deleting' &&
      VpcSecurityGroups.some(({ VpcSecurityGroupId }) => hasGroup(row, VpcSecurityGroupId)),
  )
  const { DBInstanceIdentifier: name, DBInstanceArn: arn } = one ?? {}
  return name && arn ? { words: `RDS database ${name}`, ids: [name, arn] } : undefined
}

export async function proxyOf(row: NetworkInterface, { rds }: Aws): Living {
  const all = await listAll(
    from => rds.describeDBProxies({ ...from, MaxRecords: 100 }),
    page => page.DBProxies,
  )
  const one = all.find(
    ({ VpcId, VpcSecurityGroupIds = [], Status }) =>
      VpcId === row.VpcId && Status !== 'deleting' && VpcSecurityGroupIds.some(id => hasGroup(row, id)),
  )
  const { DBProxyName: name, DBProxyArn: arn } = one ?? {}
  return name && arn ? { words: `RDS proxy ${name}`, ids: [name, arn] } : undefined
}

export async function cacheOf(CacheClusterId: string, { elasticache }: Aws): Living {
  const answer = await orAbsent(elasticache.describeCacheClusters({ CacheClusterId }))
  const [one] = answer?.CacheClusters ?? []
  if (!one || one.CacheClusterStatus === 'deleting') return undefined
  const name = one.ReplicationGroupId ?? CacheClusterId
  return { words: `cache ${name}`, ids: [name] }
}

export async function searchDomainOf(name: string, { opensearch }: Aws): Living {
  const { DomainStatusList: [one] = [] } = await opensearch.describeDomains({ DomainNames: [name] })
  return one && !one.Deleted ? { words: `OpenSearch domain ${name}`, ids: [name] } : undefined
}

/** The most tasks that ECS describes in one call. */
const tasksPerCall = 100

/** ECS names the task only in the task itself. A task that is stopping will release it. */
export async function taskOf({ NetworkInterfaceId }: NetworkInterface, { ecs }: Aws): Living {
  const clusters = await allPages(nextToken =>
    ecs.listClusters({ nextToken }).then(page => ({ rows: page.clusterArns, next: page.nextToken })),
  )
  for (const cluster of clusters) {
    const arns = await orAbsent(
      allPages(nextToken =>
        ecs.listTasks({ cluster, nextToken }).then(page => ({ rows: page.taskArns, next: page.nextToken })),
      ),
    )
    for (const tasks of batchesOf(arns ?? [], tasksPerCall)) {
      const { tasks: found = [] } = await ecs.describeTasks({ cluster, tasks })
      const one = found.find(({ attachments = [] }) =>
        attachments.some(({ details = [] }) =>
          details.some(({ name, value }) => name === 'networkInterfaceId' && value === NetworkInterfaceId),
        ),
      )
      if (!one?.taskArn || one.desiredStatus === 'STOPPED') continue
      const service = one.group?.startsWith('service:') ? one.group.slice('service:'.length) : undefined
      const words = service ? `ECS service ${service}` : `ECS task ${one.taskArn}`
      const serviceArn = `${cluster.replace(':cluster/', ':service/')}/${service}`
      return { words, ids: service ? [serviceArn] : [one.taskArn] }
    }
  }
  return undefined
}

function hasGroup({ Groups = [] }: NetworkInterface, id: string | undefined): boolean {
  return id !== undefined && Groups.some(({ GroupId }) => GroupId === id)
}
