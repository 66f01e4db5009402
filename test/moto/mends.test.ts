import * as autoscaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'
import * as ecs from '@aws-sdk/client-ecs'
import * as elasticache from '@aws-sdk/client-elasticache'
import * as iam from '@aws-sdk/client-iam'
import * as rds from '@aws-sdk/client-rds'
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
    autoscaling: new autoscaling.AutoScalingClient(options),
    ec2: new ec2.EC2Client(options),
    ecs: new ecs.ECSClient(options),
    elasticache: new elasticache.ElastiCacheClient(options),
    iam: new iam.IAMClient(options),
    rds: new rds.RDSClient(options),
    tagging: new ResourceGroupsTaggingAPIClient(options),
  }
}

const named = (name: string) => expect.objectContaining({ name })

async function foundByTag(value: string) {
  const { ResourceTagMappingList = [] } = await clients.tagging.send(
    new GetResourcesCommand({ TagFilters: [{ Key: 'stack', Values: [value] }] }),
  )
  return ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)
}

it('keeps what a group was given, ends its protected instances by force only, then lets their network go', async () => {
  const { Vpc } = await clients.ec2.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
  const { Subnet } = await clients.ec2.send(
    new ec2.CreateSubnetCommand({ VpcId: Vpc!.VpcId!, CidrBlock: '10.0.0.0/24' }),
  )
  const { GroupId } = await clients.ec2.send(
    new ec2.CreateSecurityGroupCommand({ VpcId: Vpc!.VpcId!, GroupName: 'hosts', Description: 'hosts' }),
  )
  const { LaunchTemplate } = await clients.ec2.send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'hosts',
      LaunchTemplateData: {
        ImageId: 'ami-12c6146b',
        InstanceType: 't3.medium',
        NetworkInterfaces: [{ DeviceIndex: 0, Groups: [GroupId!], DeleteOnTermination: true }],
      },
    }),
  )
  const AutoScalingGroupName = 'hosts'
  await clients.autoscaling.send(
    new autoscaling.CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: {
            LaunchTemplateId: LaunchTemplate!.LaunchTemplateId!,
            Version: '1',
          },
          Overrides: [{ InstanceType: 't3a.medium' }],
        },
      },
      MinSize: 2,
      MaxSize: 2,
      VPCZoneIdentifier: Subnet!.SubnetId!,
      NewInstancesProtectedFromScaleIn: true,
    }),
  )
  await clients.autoscaling.send(
    new autoscaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MaxSize: 3 }),
  )
  const { AutoScalingGroups } = await clients.autoscaling.send(
    new autoscaling.DescribeAutoScalingGroupsCommand({}),
  )
  expect(AutoScalingGroups).toMatchObject([
    {
      MaxSize: 3,
      MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ InstanceType: 't3a.medium' }] } },
    },
  ])
  const states = async () => {
    const { Reservations = [] } = await clients.ec2.send(
      new ec2.DescribeInstancesCommand({ Filters: [{ Name: 'vpc-id', Values: [Vpc!.VpcId!] }] }),
    )
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name))
  }
  const deleteAutoScalingGroup = (ForceDelete: boolean) =>
    clients.autoscaling.send(
      new autoscaling.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete }),
    )
  const deleteSecurityGroup = () =>
    clients.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: GroupId! }))
  const deleteSubnet = () => clients.ec2.send(new ec2.DeleteSubnetCommand({ SubnetId: Subnet!.SubnetId! }))

  await expect(deleteAutoScalingGroup(false)).rejects.toEqual(named('ResourceInUseFault'))
  await expect(deleteSecurityGroup()).rejects.toEqual(named('DependencyViolation'))
  await expect(deleteSubnet()).rejects.toEqual(named('DependencyViolation'))
  expect(await states()).toEqual(['running', 'running'])
  await deleteAutoScalingGroup(true)
  expect((await states()).filter(state => state !== 'terminated')).toEqual([])
  await deleteSecurityGroup()
  await deleteSubnet()
})

it('tells the state of the IPv6 block of a subnet as one word', async () => {
  const { Vpc } = await clients.ec2.send(
    new ec2.CreateVpcCommand({ CidrBlock: '10.1.0.0/16', AmazonProvidedIpv6CidrBlock: true }),
  )
  const block = Vpc!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!
  const { Subnet } = await clients.ec2.send(
    new ec2.CreateSubnetCommand({
      VpcId: Vpc!.VpcId!,
      CidrBlock: '10.1.0.0/24',
      Ipv6CidrBlock: block.replace(/\/56$/, '/64'),
    }),
  )
  const { Subnets } = await clients.ec2.send(
    new ec2.DescribeSubnetsCommand({ SubnetIds: [Subnet!.SubnetId!] }),
  )
  expect(Subnets![0]!.Ipv6CidrBlockAssociationSet).toMatchObject([
    { Ipv6CidrBlockState: { State: 'associated' } },
  ])
})

it('tells of the deployments of a service, each at its end, the newest first', async () => {
  const cluster = 'deployed'
  await clients.ecs.send(new ecs.CreateClusterCommand({ clusterName: cluster }))
  const { taskDefinition } = await clients.ecs.send(
    new ecs.RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'web:1', memory: 128 }],
    }),
  )
  const { service } = await clients.ecs.send(
    new ecs.CreateServiceCommand({
      cluster,
      serviceName: 'web',
      desiredCount: 1,
      taskDefinition: taskDefinition!.taskDefinitionArn!,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
    }),
  )
  // ECS gives a deployment no state of its own where it shifts the traffic.
  expect(service!.deployments).toMatchObject([{ status: 'PRIMARY' }])
  expect(service!.deployments![0]).not.toHaveProperty('rolloutState')
  const target = `service-revision/${cluster}/web/${service!.deployments![0]!.id!.split('/')[1]}`

  await clients.ecs.send(new ecs.UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }))
  const { serviceDeployments: listed } = await clients.ecs.send(
    new ecs.ListServiceDeploymentsCommand({ cluster, service: 'web', status: ['SUCCESSFUL'] }),
  )
  expect(listed).toHaveLength(2)
  expect(listed![1]!.targetServiceRevisionArn).toMatch(new RegExp(`:${target}$`))
  const { services } = await clients.ecs.send(new ecs.DescribeServicesCommand({ cluster, services: ['web'] }))
  const current = services![0]!.currentServiceDeployment!
  expect(current).toBe(listed![0]!.serviceDeploymentArn)
  const missing = current.replace(/[^/]*$/, 'missing')
  const described = await clients.ecs.send(
    new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [current, missing] }),
  )
  expect(described).toMatchObject({
    serviceDeployments: [
      { status: 'SUCCESSFUL', targetServiceRevision: { arn: listed![0]!.targetServiceRevisionArn } },
    ],
    failures: [{ arn: missing, reason: 'MISSING' }],
  })
  const inProgress = await clients.ecs.send(
    new ecs.ListServiceDeploymentsCommand({ cluster, service: 'web', status: ['IN_PROGRESS'] }),
  )
  expect(inProgress.serviceDeployments).toEqual([])
})

it('keeps the parameters of a cache, and their group while a cache uses it', async () => {
  const CacheParameterGroupName = 'shop-redis7'
  const send = clients.elasticache.send.bind(clients.elasticache)
  const create = (CacheParameterGroupFamily: string) =>
    send(
      new elasticache.CreateCacheParameterGroupCommand({
        CacheParameterGroupName,
        CacheParameterGroupFamily,
        Description: 'shop',
        Tags: [{ Key: 'stack', Value: 'cached' }],
      }),
    )
  const useIt = () =>
    send(
      new elasticache.CreateReplicationGroupCommand({
        ReplicationGroupId: 'cached',
        ReplicationGroupDescription: 'shop',
        Engine: 'redis',
        CacheNodeType: 'cache.t4g.micro',
        NumCacheClusters: 1,
        CacheParameterGroupName,
      }),
    )
  const remove = () => send(new elasticache.DeleteCacheParameterGroupCommand({ CacheParameterGroupName }))
  const values = async (Source?: string) => {
    const { Parameters = [] } = await send(
      new elasticache.DescribeCacheParametersCommand({ CacheParameterGroupName, Source }),
    )
    return Object.fromEntries(Parameters.map(one => [one.ParameterName, one.ParameterValue]))
  }
  const modify = (ParameterNameValues: elasticache.ParameterNameValue[]) =>
    send(new elasticache.ModifyCacheParameterGroupCommand({ CacheParameterGroupName, ParameterNameValues }))

  await expect(useIt()).rejects.toEqual(named('CacheParameterGroupNotFoundFault'))
  await expect(create('redis9')).rejects.toEqual(named('InvalidParameterValueException'))
  const { CacheParameterGroup } = await create('redis7')
  await expect(create('redis7')).rejects.toEqual(named('CacheParameterGroupAlreadyExistsFault'))
  const { CacheParameterGroups } = await send(
    new elasticache.DescribeCacheParameterGroupsCommand({ CacheParameterGroupName }),
  )
  expect(CacheParameterGroups).toEqual([CacheParameterGroup])
  const { TagList } = await send(
    new elasticache.ListTagsForResourceCommand({ ResourceName: CacheParameterGroup!.ARN! }),
  )
  expect(TagList).toEqual([{ Key: 'stack', Value: 'cached' }])
  expect(await foundByTag('cached')).toEqual([CacheParameterGroup!.ARN])

  const ParameterName = 'maxmemory-policy'
  await modify([{ ParameterName, ParameterValue: 'allkeys-lru' }])
  expect(await values('user')).toEqual({ [ParameterName]: 'allkeys-lru' })
  const tooMany = Array.from({ length: 21 }, () => ({ ParameterName, ParameterValue: 'noeviction' }))
  await expect(modify(tooMany)).rejects.toEqual(named('InvalidParameterValueException'))
  await send(
    new elasticache.ResetCacheParameterGroupCommand({
      CacheParameterGroupName,
      ParameterNameValues: [{ ParameterName }],
    }),
  )
  expect([await values('user'), (await values())[ParameterName]]).toEqual([{}, 'volatile-lru'])

  await useIt()
  await expect(remove()).rejects.toEqual(named('InvalidCacheParameterGroupStateFault'))
  await send(new elasticache.DeleteReplicationGroupCommand({ ReplicationGroupId: 'cached' }))
  await remove()
  expect(await foundByTag('cached')).toEqual([])
})

it('lists what is left, tagged or not, save what AWS makes for itself', async () => {
  await moto.reset()
  await clients.iam.send(new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }))
  const { Role } = await clients.iam.send(
    new iam.CreateRoleCommand({ RoleName: 'left', AssumeRolePolicyDocument: '{}' }),
  )
  await clients.ecs.send(new ecs.CreateClusterCommand({ clusterName: 'left' }))
  expect(await moto.left()).toEqual(
    expect.arrayContaining([`iam.roles: ${Role!.RoleId}`, 'ecs.clusters: left']),
  )
  await clients.ecs.send(new ecs.DeleteClusterCommand({ cluster: 'left' }))
  await clients.iam.send(new iam.DeleteRoleCommand({ RoleName: 'left' }))
  expect(await moto.left()).toEqual([])
})

it('monitors a database from its creation, gives its replica settings of its own, keeps its parameters', async () => {
  const DBParameterGroupName = 'shop-postgres16'
  await clients.rds.send(
    new rds.CreateDBParameterGroupCommand({
      DBParameterGroupName,
      DBParameterGroupFamily: 'postgres16',
      Description: 'shop',
      Tags: [{ Key: 'stack', Value: 'stored' }],
    }),
  )
  expect(await foundByTag('stored')).toEqual([expect.stringContaining(`:pg:${DBParameterGroupName}`)])
  const MonitoringRoleArn = 'arn:aws:iam::123456789012:role/monitoring'
  const { DBInstance } = await clients.rds.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: 'shop',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'shop',
      MasterUserPassword: 'not-a-secret',
      DBParameterGroupName,
      DeletionProtection: true,
      MultiAZ: true,
      MonitoringInterval: 60,
      MonitoringRoleArn,
    }),
  )
  expect(DBInstance).toMatchObject({ MonitoringInterval: 60, MonitoringRoleArn })
  const { DBInstance: replica } = await clients.rds.send(
    new rds.CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'shop-replica',
      SourceDBInstanceIdentifier: 'shop',
    }),
  )
  expect(replica).toMatchObject({ DeletionProtection: false, MultiAZ: false, MonitoringInterval: 0 })
  await expect(
    clients.rds.send(new rds.DeleteDBParameterGroupCommand({ DBParameterGroupName })),
  ).rejects.toEqual(named('InvalidDBParameterGroupStateFault'))
})
