import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import * as ec2 from '@aws-sdk/client-ec2'
import * as ecs from '@aws-sdk/client-ecs'
import * as efs from '@aws-sdk/client-efs'
import * as elasticache from '@aws-sdk/client-elasticache'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import * as rds from '@aws-sdk/client-rds'
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startMoto } from './server.ts'
import type { Moto } from './server.ts'

let moto: Moto
let clients: ReturnType<typeof connect>

beforeAll(async () => {
  moto = await startMoto()
  clients = connect(moto.url)
})
afterAll(() => moto?.stop())

function connect(endpoint: string) {
  const options = { endpoint, region: 'us-east-1', maxAttempts: 1 }
  return {
    cloudwatch: new CloudWatchClient(options),
    ec2: new ec2.EC2Client(options),
    ecs: new ecs.ECSClient(options),
    efs: new efs.EFSClient(options),
    elasticache: new elasticache.ElastiCacheClient(options),
    elbv2: new elbv2.ElasticLoadBalancingV2Client(options),
    iam: new iam.IAMClient(options),
    rds: new rds.RDSClient(options),
    tagging: new ResourceGroupsTaggingAPIClient(options),
  }
}

async function network() {
  const { Vpc } = await clients.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
  const vpcId = Vpc!.VpcId!
  const subnetIds: string[] = []
  for (const zone of ['a', 'b']) {
    const { Subnet } = await clients.ec2.send(
      new ec2.CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${subnetIds.length}.0/24`,
        AvailabilityZone: `us-east-1${zone}`,
      }),
    )
    subnetIds.push(Subnet!.SubnetId!)
  }
  return { vpcId, subnetIds, groupId: await securityGroup(vpcId, 'app') }
}

async function securityGroup(VpcId: string, GroupName: string) {
  const { GroupId } = await clients.ec2.send(
    new ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }),
  )
  return GroupId!
}

const named = (name: string) => expect.objectContaining({ name })
const deleteGroup = (GroupId: string) => clients.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId }))
const deleteSubnet = (SubnetId: string) => clients.ec2.send(new ec2.DeleteSubnetCommand({ SubnetId }))

describe('network', () => {
  it('refuses to delete a security group that a rule of another group names', async () => {
    const { vpcId, groupId } = await network()
    const other = await securityGroup(vpcId, 'other')
    const IpPermissions = [80, 81].map(port => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      UserIdGroupPairs: [{ GroupId: groupId }],
    }))
    const { SecurityGroupRules } = await clients.ec2.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: other, IpPermissions }),
    )
    expect(SecurityGroupRules).toHaveLength(2)
    await expect(deleteGroup(groupId)).rejects.toEqual(named('DependencyViolation'))
    await deleteGroup(other)
    await deleteGroup(groupId)
  })

  it('keeps a subnet while a NAT gateway lives in it, and frees its address afterwards', async () => {
    const { vpcId, subnetIds } = await network()
    const [SubnetId] = subnetIds as [string]
    const { AllocationId } = await clients.ec2.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
    const { NatGateway } = await clients.ec2.send(
      new ec2.CreateNatGatewayCommand({
        SubnetId,
        AllocationId,
        TagSpecifications: [{ ResourceType: 'natgateway', Tags: [{ Key: 'stack', Value: 'shop' }] }],
      }),
    )
    const NatGatewayId = NatGateway!.NatGatewayId!
    const tagged = async (value: string) => {
      const { NatGateways } = await clients.ec2.send(
        new ec2.DescribeNatGatewaysCommand({
          Filter: [
            { Name: 'tag:stack', Values: [value] },
            { Name: 'vpc-id', Values: [vpcId] },
          ],
        }),
      )
      return NatGateways!.length
    }
    expect([await tagged('shop'), await tagged('other')]).toEqual([1, 0])
    const release = () => clients.ec2.send(new ec2.ReleaseAddressCommand({ AllocationId }))
    await expect(release()).rejects.toEqual(named('InvalidIPAddress.InUse'))
    await expect(deleteSubnet(SubnetId)).rejects.toEqual(named('DependencyViolation'))
    await clients.ec2.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId }))
    await release()
    await deleteSubnet(SubnetId)
    await expect(
      clients.ec2.send(new ec2.DescribeNatGatewaysCommand({ NatGatewayIds: ['nat-0123456789abcdef0'] })),
    ).rejects.toEqual(named('NatGatewayNotFound'))
  })

  it('keeps a VPC while its security groups and its gateway are left', async () => {
    const { vpcId, subnetIds, groupId } = await network()
    for (const id of subnetIds) await deleteSubnet(id)
    const deleteVpc = () => clients.ec2.send(new ec2.DeleteVpcCommand({ VpcId: vpcId }))
    await expect(deleteVpc()).rejects.toEqual(named('DependencyViolation'))
    await deleteGroup(groupId)
    await deleteVpc()
  })
})

describe('load balancing', () => {
  it('creates by name once, and keeps the subnets of what lives', async () => {
    const { vpcId, subnetIds, groupId } = await network()
    const balancer = (Subnets: string[]) =>
      clients.elbv2.send(
        new elbv2.CreateLoadBalancerCommand({ Name: 'shop', Subnets, SecurityGroups: [groupId] }),
      )
    const made = await balancer(subnetIds)
    const LoadBalancerArn = made.LoadBalancers![0]!.LoadBalancerArn!
    expect((await balancer(subnetIds)).LoadBalancers![0]!.LoadBalancerArn).toBe(LoadBalancerArn)
    await expect(balancer(subnetIds.toReversed().slice(1))).rejects.toEqual(
      named('DuplicateLoadBalancerNameException'),
    )

    const targets = (Port: number) =>
      clients.elbv2.send(
        new elbv2.CreateTargetGroupCommand({
          Name: 'shop',
          Protocol: 'HTTP',
          Port,
          VpcId: vpcId,
          TargetType: 'ip',
        }),
      )
    const TargetGroupArn = (await targets(80)).TargetGroups![0]!.TargetGroupArn!
    expect((await targets(80)).TargetGroups![0]!.TargetGroupArn).toBe(TargetGroupArn)
    await expect(targets(81)).rejects.toEqual(named('DuplicateTargetGroupNameException'))

    const listen = (Protocol: 'HTTP' | 'HTTPS') =>
      clients.elbv2.send(
        new elbv2.CreateListenerCommand({
          LoadBalancerArn,
          Protocol,
          Port: 80,
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        }),
      )
    const listener = (await listen('HTTP')).Listeners![0]!
    expect(listener.DefaultActions![0]!.ForwardConfig!.TargetGroups).toEqual([{ TargetGroupArn, Weight: 1 }])
    expect((await listen('HTTP')).Listeners![0]!.ListenerArn).toBe(listener.ListenerArn)
    await expect(listen('HTTPS')).rejects.toEqual(named('DuplicateListenerException'))

    await expect(deleteGroup(groupId)).rejects.toEqual(named('DependencyViolation'))
    await expect(deleteSubnet(subnetIds[0]!)).rejects.toEqual(named('DependencyViolation'))
    await clients.elbv2.send(new elbv2.DeleteLoadBalancerCommand({ LoadBalancerArn }))
    await deleteGroup(groupId)
    const { TargetGroups } = await clients.elbv2.send(new elbv2.DescribeTargetGroupsCommand({}))
    expect(TargetGroups![0]!.LoadBalancerArns ?? []).toEqual([])
    expect(await moto.violations()).toEqual([])
  })
})

describe('containers', () => {
  it('keeps what a service was given, deploys its changes and goes', async () => {
    const { subnetIds, groupId } = await network()
    const cluster = 'shop'
    await clients.ecs.send(new ecs.CreateClusterCommand({ clusterName: cluster }))
    await clients.ecs.send(
      new ecs.UpdateClusterSettingsCommand({
        cluster,
        settings: [{ name: 'containerInsights', value: 'enabled' }],
      }),
    )
    const again = await clients.ecs.send(new ecs.CreateClusterCommand({ clusterName: cluster }))
    expect(again.cluster!.settings).toEqual([{ name: 'containerInsights', value: 'enabled' }])

    const define = async (image: string) =>
      clients.ecs.send(
        new ecs.RegisterTaskDefinitionCommand({
          family: 'web',
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80 }] }],
          tags: [{ key: 'stack', value: 'shop' }],
        }),
      )
    const first = await define('web:1')
    expect(first.tags).toEqual([{ key: 'stack', value: 'shop' }])
    expect(first.taskDefinition!.containerDefinitions![0]!.portMappings).toEqual([
      { containerPort: 80, hostPort: 80, protocol: 'tcp' },
    ])
    const second = await define('web:2')

    await clients.ecs.send(
      new ecs.CreateServiceCommand({
        cluster,
        serviceName: 'web',
        desiredCount: 2,
        launchType: 'FARGATE',
        taskDefinition: first.taskDefinition!.taskDefinitionArn,
        enableExecuteCommand: true,
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        networkConfiguration: {
          awsvpcConfiguration: { subnets: subnetIds, securityGroups: [groupId] },
        },
      }),
    )
    const read = async () => {
      const answer = await clients.ecs.send(new ecs.DescribeServicesCommand({ cluster, services: ['web'] }))
      return answer.services![0]!
    }
    expect(await read()).toMatchObject({
      runningCount: 2,
      enableExecuteCommand: true,
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        maximumPercent: 200,
        minimumHealthyPercent: 100,
      },
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }],
    })
    await expect(deleteSubnet(subnetIds[0]!)).rejects.toEqual(named('DependencyViolation'))

    const taskDefinition = second.taskDefinition!.taskDefinitionArn!
    await clients.ecs.send(new ecs.UpdateServiceCommand({ cluster, service: 'web', taskDefinition }))
    expect(await read()).toMatchObject({ taskDefinition, deployments: [{ taskDefinition }] })

    const deleteCluster = () => clients.ecs.send(new ecs.DeleteClusterCommand({ cluster }))
    await expect(deleteCluster()).rejects.toEqual(named('ClusterContainsServicesException'))
    await clients.ecs.send(new ecs.DeleteServiceCommand({ cluster, service: 'web', force: true }))
    expect(await read()).toMatchObject({ status: 'INACTIVE', runningCount: 0 })
    await deleteCluster()
    await deleteSubnet(subnetIds[0]!)
  })
})

describe('data', () => {
  it('gives a replication group members, changes it, and snapshots it at its end', async () => {
    const { subnetIds, groupId } = await network()
    const CacheSubnetGroupName = 'shop'
    const ReplicationGroupId = 'shop'
    await clients.elasticache.send(
      new elasticache.CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName,
        CacheSubnetGroupDescription: 'shop',
        SubnetIds: subnetIds.slice(1),
      }),
    )
    await clients.elasticache.send(
      new elasticache.ModifyCacheSubnetGroupCommand({ CacheSubnetGroupName, SubnetIds: subnetIds }),
    )
    await clients.elasticache.send(
      new elasticache.CreateReplicationGroupCommand({
        ReplicationGroupId,
        ReplicationGroupDescription: 'shop',
        Engine: 'valkey',
        EngineVersion: '8.0',
        CacheNodeType: 'cache.t4g.micro',
        NumCacheClusters: 2,
        AutomaticFailoverEnabled: true,
        CacheSubnetGroupName,
        SecurityGroupIds: [groupId],
      }),
    )
    const clusters = async () =>
      (await clients.elasticache.send(new elasticache.DescribeCacheClustersCommand({}))).CacheClusters!
    expect(await clusters()).toMatchObject([
      {
        CacheClusterId: 'shop-001',
        EngineVersion: '8.0.0',
        CacheSubnetGroupName,
        SecurityGroups: [{ SecurityGroupId: groupId }],
        CacheParameterGroup: { CacheParameterGroupName: 'default.valkey8' },
      },
      { CacheClusterId: 'shop-002', ReplicationGroupId },
    ])

    await clients.elasticache.send(
      new elasticache.IncreaseReplicaCountCommand({
        ReplicationGroupId,
        NewReplicaCount: 2,
        ApplyImmediately: true,
      }),
    )
    expect(await clusters()).toHaveLength(3)
    const { ReplicationGroup } = await clients.elasticache.send(
      new elasticache.ModifyReplicationGroupCommand({
        ReplicationGroupId,
        SnapshotRetentionLimit: 3,
        MultiAZEnabled: true,
        ApplyImmediately: true,
      }),
    )
    expect(ReplicationGroup).toMatchObject({
      SnapshotRetentionLimit: 3,
      MultiAZ: 'enabled',
      NodeGroups: [{ ReaderEndpoint: { Port: 6379 } }],
    })

    const deleteSubnetGroup = () =>
      clients.elasticache.send(new elasticache.DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName }))
    await expect(deleteSubnetGroup()).rejects.toEqual(named('CacheSubnetGroupInUse'))
    await expect(deleteGroup(groupId)).rejects.toEqual(named('DependencyViolation'))
    await clients.elasticache.send(
      new elasticache.DeleteReplicationGroupCommand({ ReplicationGroupId, FinalSnapshotIdentifier: 'last' }),
    )
    const { Snapshots } = await clients.elasticache.send(new elasticache.DescribeSnapshotsCommand({}))
    expect(Snapshots).toMatchObject([{ SnapshotName: 'last' }])
    expect(await clusters()).toEqual([])
    await deleteSubnetGroup()
    await deleteGroup(groupId)
    expect(await moto.violations()).toEqual([])
  })

  it('keeps the subnet group of a database, and asks what becomes of its data', async () => {
    const { subnetIds, groupId } = await network()
    const DBSubnetGroupName = 'shop'
    const DBInstanceIdentifier = 'shop'
    const createSubnetGroup = () =>
      clients.rds.send(
        new rds.CreateDBSubnetGroupCommand({
          DBSubnetGroupName,
          DBSubnetGroupDescription: 'shop',
          SubnetIds: subnetIds,
          Tags: [{ Key: 'stack', Value: 'shop' }],
        }),
      )
    await createSubnetGroup()
    await expect(createSubnetGroup()).rejects.toEqual(named('DBSubnetGroupAlreadyExistsFault'))
    await clients.rds.send(
      new rds.ModifyDBSubnetGroupCommand({
        DBSubnetGroupName,
        DBSubnetGroupDescription: 'other',
        SubnetIds: subnetIds,
      }),
    )
    await clients.rds.send(
      new rds.CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBInstanceClass: 'db.t4g.micro',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'shop',
        ManageMasterUserPassword: true,
        DBSubnetGroupName,
        VpcSecurityGroupIds: [groupId],
      }),
    )
    const deleteSubnetGroup = () =>
      clients.rds.send(new rds.DeleteDBSubnetGroupCommand({ DBSubnetGroupName }))
    await expect(deleteSubnetGroup()).rejects.toEqual(named('InvalidDBSubnetGroupStateFault'))
    await expect(deleteGroup(groupId)).rejects.toEqual(named('DependencyViolation'))
    const remove = (more: { FinalDBSnapshotIdentifier?: string }) =>
      clients.rds.send(new rds.DeleteDBInstanceCommand({ DBInstanceIdentifier, ...more }))
    await expect(remove({})).rejects.toEqual(named('InvalidParameterCombination'))
    await remove({ FinalDBSnapshotIdentifier: 'last' })
    await deleteSubnetGroup()
    await deleteGroup(groupId)
  })

  it('keeps the subnet of a mount target, and knows its access points', async () => {
    const { subnetIds, groupId } = await network()
    const [SubnetId] = subnetIds as [string]
    const { FileSystemId } = await clients.efs.send(
      new efs.CreateFileSystemCommand({ CreationToken: 'shop' }),
    )
    const updated = await clients.efs.send(
      new efs.UpdateFileSystemCommand({ FileSystemId, ThroughputMode: 'elastic' }),
    )
    expect(updated.ThroughputMode).toBe('elastic')
    const { MountTargetId } = await clients.efs.send(
      new efs.CreateMountTargetCommand({ FileSystemId, SubnetId, SecurityGroups: [groupId] }),
    )
    await expect(deleteSubnet(SubnetId)).rejects.toEqual(named('DependencyViolation'))
    await expect(deleteGroup(groupId)).rejects.toEqual(named('DependencyViolation'))
    const createAccessPoint = () =>
      clients.efs.send(new efs.CreateAccessPointCommand({ FileSystemId, ClientToken: 'shop' }))
    const { AccessPointId } = await createAccessPoint()
    await expect(createAccessPoint()).rejects.toEqual(named('AccessPointAlreadyExists'))
    const deleteAccessPoint = () => clients.efs.send(new efs.DeleteAccessPointCommand({ AccessPointId }))
    await deleteAccessPoint()
    await expect(deleteAccessPoint()).rejects.toEqual(named('AccessPointNotFound'))
    await clients.efs.send(new efs.DeleteMountTargetCommand({ MountTargetId }))
    await deleteGroup(groupId)
    await deleteSubnet(SubnetId)
    expect(await moto.violations()).toEqual([])
  })
})

describe('account', () => {
  it('creates a service-linked role once, under the name that AWS gives it', async () => {
    const create = () =>
      clients.iam.send(new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }))
    expect((await create()).Role!.RoleName).toBe('AWSServiceRoleForECS')
    await expect(create()).rejects.toEqual(named('InvalidInputException'))
  })

  it('finds by tag what moto forgets', async () => {
    const Tags = [{ Key: 'stack', Value: 'found' }]
    await clients.ec2.send(
      new ec2.AllocateAddressCommand({
        Domain: 'vpc',
        TagSpecifications: [{ ResourceType: 'elastic-ip', Tags }],
      }),
    )
    await clients.ecs.send(new ecs.CreateClusterCommand({ clusterName: 'untagged' }))
    const find = async (value: string) => {
      const { ResourceTagMappingList } = await clients.tagging.send(
        new GetResourcesCommand({ TagFilters: [{ Key: 'stack', Values: [value] }] }),
      )
      return ResourceTagMappingList!.map(({ ResourceARN }) => ResourceARN)
    }
    expect(await find('found')).toEqual([expect.stringContaining(':elastic-ip/eipalloc-')])
    expect(await find('other')).toEqual([])
  })

  it('answers CloudWatch in CBOR', async () => {
    await clients.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'shop',
        Namespace: 'AWS/ECS',
        MetricName: 'CPUUtilization',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 80,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    )
    const { MetricAlarms } = await clients.cloudwatch.send(new DescribeAlarmsCommand({}))
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'shop', Threshold: 80, Period: 60 }])
    expect(MetricAlarms![0]!.AlarmConfigurationUpdatedTimestamp).toBeInstanceOf(Date)
    expect((await moto.calls()).slice(-2)).toEqual([
      { service: 'cloudwatch', operation: 'PutMetricAlarm' },
      { service: 'cloudwatch', operation: 'DescribeAlarms' },
    ])
  })
})

describe('the request check', () => {
  beforeEach(() => moto.reset())

  const post = (service: string, headers: Record<string, string>, body: string) =>
    fetch(moto.url, {
      method: 'POST',
      body,
      headers: {
        ...headers,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      },
    })
  const json = { 'content-type': 'application/x-amz-json-1.1' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  it('reports a member that the API does not have', async () => {
    await post('ec2', form, 'Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16&Colour=blue')
    await post(
      'ecs',
      { ...json, 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.CreateCluster' },
      '{"clusterName":"shop","colour":"blue"}',
    )
    expect(await moto.violations()).toEqual([
      { service: 'ec2', operation: 'CreateVpc', path: 'Colour', problem: 'unknown member' },
      { service: 'ecs', operation: 'CreateCluster', path: 'colour', problem: 'unknown member' },
    ])
  })

  it('reports a missing member, a wrong type, a foreign value and a name that is too long', async () => {
    await post('ec2', form, 'Action=CreateNatGateway&Version=2016-11-15&ConnectivityType=secret')
    await post('ec2', form, 'Action=DescribeVpcs&Version=2016-11-15&MaxResults=many')
    await clients.iam
      .send(new iam.CreateRoleCommand({ RoleName: 'r'.repeat(65), AssumeRolePolicyDocument: '{}' }))
      .catch(() => undefined)
    expect((await moto.violations()).map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      "ConnectivityType 'secret' is none of private, public",
      'MaxResults is str, not integer',
      'RoleName 65 characters is more than 64',
    ])
  })
})
