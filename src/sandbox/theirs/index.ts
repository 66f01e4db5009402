import { createIssued } from '../acm.ts'
import { alarms } from '../cloudwatch/alarm.ts'
import { cloudwatch } from '../cloudwatch/index.ts'
import { ecr, pushImage, repositoryNames } from '../ecr.ts'
import { images } from '../ecr/rows.ts'
import { clusters } from '../ecs/cluster.ts'
import { ecs } from '../ecs/index.ts'
import { elasticache } from '../elasticache.ts'
import { hasParameterGroup } from '../elasticache/parameter-group.ts'
import { fullVersion } from '../rds/engine.ts'
import { snapshots, takeSnapshot } from '../rds/snapshot.ts'
import { route53 } from '../route53/index.ts'
import { hostedZones } from '../route53/rows.ts'
import type { World } from '../world.ts'
import type { LoadBalancerNames } from './load-balancer.ts'
import { createLoadBalancer } from './load-balancer.ts'
import type { NetworkIds } from './network.ts'
import { createNetwork } from './network.ts'

/** What a config names without being its owner, by the names and ids that it uses. */
export interface Theirs {
  readonly network: NetworkIds | undefined
  readonly loadBalancer: LoadBalancerNames | undefined
  readonly cluster: string | undefined
  readonly zones: readonly { readonly id: string; readonly domainName: string }[]
  readonly certificate: { readonly arn: string; readonly domainName: string } | undefined
  readonly alarms: readonly string[]
  readonly cacheParameterGroups: readonly { readonly name: string; readonly family: string }[]
  readonly databaseSnapshots: readonly DatabaseSnapshot[]
  /** By their whole names, in whichever registry. */
  readonly images: readonly string[]
}

interface DatabaseSnapshot {
  readonly id: string
  readonly engine: string
  readonly version: string | undefined
  /** GiB. */
  readonly storage: number
  readonly encrypted: boolean
  readonly username: string
  readonly databaseName: string | undefined
}

/** Creates what does not exist yet, as somebody else's, and gives what was created, in words. */
export function createTheirs(world: World, theirs: Theirs): string[] {
  const { network, loadBalancer, cluster, certificate } = theirs
  return [
    ...(network ? createNetwork(world, network) : []),
    ...(certificate && createIssued(world, certificate.arn, certificate.domainName)
      ? [`certificate ${certificate.arn} (${certificate.domainName})`]
      : []),
    ...(loadBalancer ? createLoadBalancer(world, loadBalancer) : []),
    ...(cluster === undefined ? [] : createCluster(world, cluster)),
    ...theirs.zones.flatMap(zone => createZone(world, zone)),
    ...theirs.alarms.flatMap(name => createAlarm(world, name)),
    ...theirs.cacheParameterGroups.flatMap(group => createParameterGroup(world, group)),
    ...theirs.databaseSnapshots.flatMap(snapshot => createSnapshot(world, snapshot)),
    ...theirs.images.flatMap(image => createImage(world, image)),
  ]
}

function createCluster(world: World, clusterName: string): string[] {
  if (clusters(world).get(clusterName)?.status === 'ACTIVE') return []
  ecs.createCluster({ clusterName }, world)
  return [`ECS cluster ${clusterName}`]
}

function createZone(world: World, { id, domainName }: Theirs['zones'][number]): string[] {
  if (hostedZones(world).get(id)) return []
  world.nextId('Z', id)
  route53.createHostedZone({ Name: domainName, CallerReference: id }, world)
  return [`hosted zone ${id} (${domainName})`]
}

function createAlarm(world: World, AlarmName: string): string[] {
  if (alarms(world).get(AlarmName)) return []
  cloudwatch.putMetricAlarm(
    {
      AlarmName,
      Namespace: 'Sandbox',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    },
    world,
  )
  return [`alarm ${AlarmName}`]
}

function createParameterGroup(
  world: World,
  { name, family }: Theirs['cacheParameterGroups'][number],
): string[] {
  if (name.startsWith('default.') || hasParameterGroup(world, name)) return []
  elasticache.createCacheParameterGroup(
    { CacheParameterGroupName: name, CacheParameterGroupFamily: family, Description: name },
    world,
  )
  return [`cache parameter group ${name} (${family})`]
}

function createSnapshot(world: World, snapshot: DatabaseSnapshot): string[] {
  const { id, engine, version, storage, encrypted, username, databaseName } = snapshot
  if (snapshots(world).get(id)) return []
  const EngineVersion = fullVersion(engine, version)
  const row = takeSnapshot(world, id, {
    instanceId: `${engine}-of-somebody-else`,
    settings: {
      Engine: engine,
      EngineVersion,
      AllocatedStorage: storage,
      StorageEncrypted: encrypted,
      MasterUsername: username,
      DBName: databaseName,
    },
    tags: [],
  })
  // Somebody took it long ago: it is available.
  snapshots(world).set(id, { ...row, created: 0 })
  return [`database snapshot ${id} (${engine} ${EngineVersion})`]
}

/** With its repository. Images of other registries, and those named by a digest, are taken to exist. */
function createImage(world: World, image: string): string[] {
  const registry = `${world.account}.dkr.ecr.${world.region}.amazonaws.com/`
  if (!image.startsWith(registry) || image.includes('@')) return []
  const [repositoryName = '', tag = 'latest'] = image.slice(registry.length).split(':')
  const created: string[] = []
  if (!repositoryNames(world).includes(repositoryName)) {
    ecr.createRepository({ repositoryName }, world)
    created.push(`ECR repository ${repositoryName}`)
  }
  if (images(world).get(`${repositoryName}:${tag}`)) return created
  pushImage(world, repositoryName, tag, 'both')
  return [...created, `image ${repositoryName}:${tag}`]
}
