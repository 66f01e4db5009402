import { beforeEach, describe, expect, it } from 'vitest'
import { ec2 as sandboxEc2 } from '../../src/sandbox/ec2/index.ts'
import { ecs as sandboxEcs } from '../../src/sandbox/ecs/index.ts'
import type { SandboxContext } from '../support/context.ts'
import { sandboxContext } from '../support/context.ts'
import type { Network } from '../support/network.ts'
import { makeNetwork } from '../support/network.ts'
import { registerFargateTask } from '../kinds/ecs/parts.ts'

// Deletions are asked of the embedded AWS itself: the clients would repeat them until the last user has gone.
let context: SandboxContext
let here: Network
let there: Network

beforeEach(async () => {
  context = sandboxContext()
  here = await makeNetwork(context)
  there = await makeNetwork(context)
})

const refusal = (name: string, message: string) =>
  expect.objectContaining({ name, message: expect.stringContaining(message) })

async function loadBalancer(name: string, { subnetIds, groupId } = here, Scheme?: 'internal') {
  const { LoadBalancers } = await context.aws.elbv2.createLoadBalancer({
    Name: name,
    Subnets: [...subnetIds],
    SecurityGroups: [groupId],
    ...(Scheme && { Scheme }),
  })
  return LoadBalancers![0]!.LoadBalancerArn!
}

async function targetGroup(name: string, { vpcId } = here) {
  const { TargetGroups } = await context.aws.elbv2.createTargetGroup({
    Name: name,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: vpcId,
    TargetType: 'ip',
  })
  return TargetGroups![0]!.TargetGroupArn!
}

const forward = (TargetGroupArn: string) => [{ Type: 'forward' as const, TargetGroupArn }]

async function listener(LoadBalancerArn: string, TargetGroupArn: string, Port = 80) {
  const { Listeners } = await context.aws.elbv2.createListener({
    LoadBalancerArn,
    Port,
    Protocol: 'HTTP',
    DefaultActions: forward(TargetGroupArn),
  })
  return Listeners![0]!.ListenerArn!
}

describe('a load balancer of the embedded AWS', () => {
  it('takes no subnets of another VPC', async () => {
    const { elbv2 } = context.aws
    const LoadBalancerArn = await loadBalancer('shop')
    await expect(elbv2.setSubnets({ LoadBalancerArn, Subnets: [...there.subnetIds] })).rejects.toEqual(
      refusal(
        'InvalidConfigurationRequestException',
        `All subnets must belong to the same VPC: '${here.vpcId}'`,
      ),
    )
    await expect(
      elbv2.createLoadBalancer({
        Name: 'mixed',
        Subnets: [here.subnetIds[0], there.subnetIds[1]],
        SecurityGroups: [here.groupId],
      }),
    ).rejects.toEqual(refusal('InvalidConfigurationRequestException', 'All subnets must belong'))
  })

  it('takes no security groups of another VPC', async () => {
    const { elbv2 } = context.aws
    const LoadBalancerArn = await loadBalancer('shop')
    const refused = refusal('InvalidConfigurationRequestException', 'One or more security groups are invalid')
    await expect(
      elbv2.setSecurityGroups({ LoadBalancerArn, SecurityGroups: [there.groupId] }),
    ).rejects.toEqual(refused)
    await expect(loadBalancer('mixed', { ...here, groupId: there.groupId })).rejects.toEqual(refused)
  })

  it('shares a target group with no other one, by listener or by rule', async () => {
    const { elbv2 } = context.aws
    const [first, second] = [await loadBalancer('first'), await loadBalancer('second')]
    const [shared, own] = [await targetGroup('shared'), await targetGroup('own')]
    await listener(first, shared)
    const refused = refusal(
      'TargetGroupAssociationLimitException',
      'The following target groups cannot be associated with more than one load balancer',
    )
    await expect(listener(second, shared)).rejects.toEqual(refused)
    const ListenerArn = await listener(second, own)
    const conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } }]
    await expect(
      elbv2.createRule({ ListenerArn, Priority: 1, Conditions: conditions, Actions: forward(shared) }),
    ).rejects.toEqual(refused)
    await expect(elbv2.modifyListener({ ListenerArn, DefaultActions: forward(shared) })).rejects.toEqual(
      refused,
    )
    const { Rules } = await elbv2.createRule({
      ListenerArn,
      Priority: 1,
      Conditions: conditions,
      Actions: forward(own),
    })
    const change = { RuleArn: Rules![0]!.RuleArn!, Actions: forward(shared) }
    await expect(elbv2.modifyRule(change)).rejects.toEqual(refused)
    // The other listeners of its own load balancer may use it.
    await listener(first, shared, 8080)
    await elbv2.deleteLoadBalancer({ LoadBalancerArn: first })
    await elbv2.modifyRule(change)
  })

  it('forwards to no target group of another VPC', async () => {
    const [balancer, group] = [await loadBalancer('shop'), await targetGroup('far', there)]
    await expect(listener(balancer, group)).rejects.toEqual(
      refusal('InvalidConfigurationRequestException', 'is in a different VPC than load balancer'),
    )
  })
})

describe('a VPC of the embedded AWS', () => {
  it('is not deleted while it has an endpoint, even one without a network interface', async () => {
    const { ec2 } = context.aws
    const { Vpc } = await ec2.createVpc({ CidrBlock: '10.9.0.0/16' })
    const VpcId = Vpc!.VpcId!
    const { VpcEndpoint } = await ec2.createVpcEndpoint({ VpcId, ServiceName: 'com.amazonaws.us-east-1.s3' })
    expect(() => sandboxEc2.deleteVpc({ VpcId }, context.world)).toThrow(
      refusal('DependencyViolation', 'has dependencies'),
    )
    await ec2.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpoint!.VpcEndpointId!] })
    await context.clock.sleep(10_000)
    await ec2.deleteVpc({ VpcId })
  })

  it('keeps its internet gateway while a task has a public address, not for an internal load balancer', async () => {
    const { ec2, ecs } = context.aws
    await loadBalancer('inside', here, 'internal')
    const { cluster } = await ecs.createCluster({ clusterName: 'shop' })
    const taskDefinition = await registerFargateTask(context)
    const run = (assignPublicIp: 'ENABLED' | 'DISABLED') =>
      ecs.runTask({
        cluster: cluster!.clusterArn!,
        taskDefinition,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [here.subnetIds[0]],
            securityGroups: [here.groupId],
            assignPublicIp,
          },
        },
      })
    await run('ENABLED')
    const { InternetGateways } = await ec2.describeInternetGateways({
      Filters: [{ Name: 'attachment.vpc-id', Values: [here.vpcId] }],
    })
    const InternetGatewayId = InternetGateways![0]!.InternetGatewayId!
    const detach = () =>
      sandboxEc2.detachInternetGateway({ InternetGatewayId, VpcId: here.vpcId }, context.world)
    expect(detach).toThrow(refusal('DependencyViolation', 'mapped public address'))
    await context.clock.sleep(600_000)
    await run('DISABLED')
    detach()
  })
})

describe('a cluster of the embedded AWS', () => {
  it('is not deleted while a one-off task runs', async () => {
    const { ecs } = context.aws
    const { cluster } = await ecs.createCluster({ clusterName: 'shop' })
    const taskDefinition = await registerFargateTask(context)
    await ecs.runTask({
      cluster: 'shop',
      taskDefinition,
      networkConfiguration: { awsvpcConfiguration: { subnets: [here.subnetIds[0]] } },
    })
    const remove = () => sandboxEcs.deleteCluster({ cluster: cluster!.clusterArn! }, context.world)
    expect(remove).toThrow(refusal('ClusterContainsTasksException', 'while Tasks are active'))
    await context.clock.sleep(600_000)
    remove()
  })
})

describe('tasks of the embedded AWS', () => {
  const network = (subnets: readonly string[], securityGroups: readonly string[]) => ({
    awsvpcConfiguration: { subnets: [...subnets], securityGroups: [...securityGroups] },
  })

  it.each([
    [
      'security groups',
      () => network(here.subnetIds, [there.groupId]),
      'does not appear to belong to the same VPC as the input subnets',
    ],
    [
      'subnets',
      () => network([here.subnetIds[0], there.subnetIds[0]], [here.groupId]),
      'must all belong to the same VPC',
    ],
  ])('have all their %s in one VPC', async (_what, given, message) => {
    const { ecs } = context.aws
    await ecs.createCluster({ clusterName: 'shop' })
    const taskDefinition = await registerFargateTask(context)
    const input = { cluster: 'shop', taskDefinition, launchType: 'FARGATE' as const }
    const refused = refusal('InvalidParameterException', message)
    await expect(ecs.runTask({ ...input, networkConfiguration: given() })).rejects.toEqual(refused)
    const service = { ...input, serviceName: 'web', desiredCount: 1 }
    await expect(ecs.createService({ ...service, networkConfiguration: given() })).rejects.toEqual(refused)
    await ecs.createService({ ...service, networkConfiguration: network(here.subnetIds, [here.groupId]) })
    await expect(
      ecs.updateService({ cluster: 'shop', service: 'web', networkConfiguration: given() }),
    ).rejects.toEqual(refused)
  })
})

describe('data of the embedded AWS', () => {
  it('has its subnet groups in one VPC for life', async () => {
    const { rds, elasticache } = context.aws
    await rds.createDBSubnetGroup({
      DBSubnetGroupName: 'data',
      DBSubnetGroupDescription: 'data',
      SubnetIds: [...here.subnetIds],
    })
    await expect(
      rds.modifyDBSubnetGroup({ DBSubnetGroupName: 'data', SubnetIds: [...there.subnetIds] }),
    ).rejects.toEqual(
      refusal(
        'InvalidParameterValue',
        'The new Subnets are not in the same Vpc as the existing subnet group',
      ),
    )
    await elasticache.createCacheSubnetGroup({
      CacheSubnetGroupName: 'cache',
      CacheSubnetGroupDescription: 'cache',
      SubnetIds: [...here.subnetIds],
    })
    await expect(
      elasticache.modifyCacheSubnetGroup({ CacheSubnetGroupName: 'cache', SubnetIds: [...there.subnetIds] }),
    ).rejects.toEqual(refusal('InvalidSubnet', 'not in the VPC'))
  })

  it('has mount targets with security groups of their own VPC only', async () => {
    const { efs } = context.aws
    const { FileSystemId } = await efs.createFileSystem({ CreationToken: 'data' })
    await context.clock.sleep(60_000)
    const refused = refusal('SecurityGroupNotFound', there.groupId)
    const input = { FileSystemId: FileSystemId!, SubnetId: here.subnetIds[0] }
    await expect(efs.createMountTarget({ ...input, SecurityGroups: [there.groupId] })).rejects.toEqual(
      refused,
    )
    const { MountTargetId } = await efs.createMountTarget({ ...input, SecurityGroups: [here.groupId] })
    await context.clock.sleep(600_000)
    await expect(
      efs.modifyMountTargetSecurityGroups({ MountTargetId: MountTargetId!, SecurityGroups: [there.groupId] }),
    ).rejects.toEqual(refused)
  })
})
