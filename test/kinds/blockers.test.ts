import { describe, expect, it } from 'vitest'
import { meaningOf } from '../../src/aws/errors.ts'
import { kinds } from '../../src/kinds/index.ts'
import type { Blocker } from '../../src/resources/blocker.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import { attachInterface } from '../../src/sandbox/ec2/interface.ts'
import { rows as listeners } from '../../src/sandbox/elbv2/rows.ts'
import type { SandboxContext } from '../support/context.ts'
import { sandboxContext, tagsFor } from '../support/context.ts'
import { addNetwork } from '../support/data-network.ts'
import { monitor } from '../support/guard-duty.ts'
import { whileInUse } from '../support/while-in-use.ts'
import { makeCertificate } from './acm/parts.ts'
import { makeFileSystem } from './efs/parts.ts'
import { makeLoadBalancer, makeTargetGroup } from './elbv2/parts.ts'
import { makeAddress, makeGateway, makeGroup, makeSubnet, makeVpc } from './ec2/network.ts'

/** A resource that AWS refuses to delete, and what its kind has to say about it. */
interface Used {
  readonly attributes: object
  readonly blocker: RegExp
  readonly owner?: RegExp
}

const put = (context: SandboxContext, subnetId: string, description: string, groupIds: string[] = []) =>
  attachInterface(context.world, { subnetId, groupIds, description, isPublic: true })

async function makeDatabase(context: SandboxContext): Promise<void> {
  const { rds } = context.aws
  addNetwork(context)
  await rds.createDBSubnetGroup({
    DBSubnetGroupName: 'ours',
    DBSubnetGroupDescription: 'ours',
    SubnetIds: ['subnet-a', 'subnet-b'],
  })
  await rds.createDBParameterGroup({
    DBParameterGroupName: 'ours',
    DBParameterGroupFamily: 'postgres16',
    Description: 'ours',
  })
  await rds.createDBInstance({
    DBInstanceIdentifier: 'theirs',
    DBInstanceClass: 'db.t4g.micro',
    AllocatedStorage: 20,
    Engine: 'postgres',
    EngineVersion: '16',
    ManageMasterUserPassword: true,
    DBSubnetGroupName: 'ours',
    DBParameterGroupName: 'ours',
  })
}

async function makeCache(context: SandboxContext): Promise<void> {
  const { elasticache } = context.aws
  addNetwork(context)
  await elasticache.createCacheSubnetGroup({
    CacheSubnetGroupName: 'ours',
    CacheSubnetGroupDescription: 'ours',
    SubnetIds: ['subnet-a'],
  })
  await elasticache.createCacheParameterGroup({
    CacheParameterGroupName: 'ours',
    CacheParameterGroupFamily: 'redis7',
    Description: 'ours',
  })
  await elasticache.createReplicationGroup({
    ReplicationGroupId: 'theirs',
    ReplicationGroupDescription: 'theirs',
    Engine: 'redis',
    CacheSubnetGroupName: 'ours',
    CacheParameterGroupName: 'ours',
    CacheNodeType: 'cache.t4g.micro',
  })
}

/** By type: each makes one that is in use. */
const cases: Readonly<Record<string, (context: SandboxContext) => Promise<Used>>> = {
  'ec2/vpc': async context => {
    const vpcId = await makeVpc(context)
    await makeSubnet(context, vpcId)
    return { attributes: { vpcId }, blocker: /^subnet subnet-/ }
  },
  'ec2/subnet': async context => {
    const subnetId = await makeSubnet(context, await makeVpc(context))
    put(context, subnetId, 'ELB app/web/0123456789abcdef')
    return {
      attributes: { subnetId },
      blocker: /^network interface eni-\w+ \(ELB app\/web\/0123456789abcdef, requester amazon-elb\)$/,
      owner: /^load balancer web$/,
    }
  },
  'ec2/security-group': async context => {
    const vpcId = await makeVpc(context)
    const groupId = await makeGroup(context, vpcId, 'ours')
    const other = await makeGroup(context, vpcId, 'theirs')
    await context.aws.ec2.authorizeSecurityGroupIngress({
      GroupId: other,
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: groupId }] }],
    })
    return { attributes: { groupId }, blocker: /^a rule of security group sg-\w+ \(theirs\)$/ }
  },
  'ec2/internet-gateway': async context => {
    const vpcId = await makeVpc(context)
    const internetGatewayId = await makeGateway(context, vpcId)
    put(context, await makeSubnet(context, vpcId), 'Interface for NAT Gateway nat-0123456789abcdef0')
    return { attributes: { internetGatewayId }, blocker: /NAT/, owner: /^NAT gateway nat-/ }
  },
  'ec2/elastic-ip': async context => {
    const vpcId = await makeVpc(context)
    await makeGateway(context, vpcId)
    const AllocationId = await makeAddress(context)
    await context.aws.ec2.createNatGateway({ SubnetId: await makeSubnet(context, vpcId), AllocationId })
    return { attributes: { allocationId: AllocationId }, blocker: /NAT/, owner: /^NAT gateway nat-/ }
  },
  'elbv2/load-balancer': async context => {
    const { arn } = await makeLoadBalancer(context)
    await context.aws.elbv2.modifyLoadBalancerAttributes({
      LoadBalancerArn: arn,
      Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
    })
    return { attributes: { arn }, blocker: /^its deletion protection is on$/ }
  },
  'elbv2/target-group': async context => {
    const { arn: LoadBalancerArn, network } = await makeLoadBalancer(context)
    const arn = await makeTargetGroup(context, 'ours', network.vpcId)
    await context.aws.elbv2.createListener({
      LoadBalancerArn,
      Port: 8080,
      Protocol: 'HTTP',
      DefaultActions: [
        {
          Type: 'forward',
          TargetGroupArn: arn,
        },
      ],
    })
    return {
      attributes: { arn },
      blocker: /^the default action of the listener on port 8080 of load balancer shop$/,
    }
  },
  'acm/certificate': async context => {
    const { arn: LoadBalancerArn } = await makeLoadBalancer(context)
    const { arn } = await makeCertificate(context)
    listeners(context.world, 'listener').set('theirs', {
      arn: 'theirs',
      loadBalancerArn: LoadBalancerArn,
      created: 0,
      port: 443,
      protocol: 'HTTPS',
      certificateArn: arn,
      actions: [],
    })
    return { attributes: { arn }, blocker: /^the listener on port 443 of load balancer shop$/ }
  },
  'wafv2/web-acl': async context => {
    const { arn: ResourceArn } = await makeLoadBalancer(context)
    const address = 'load-balancer/waf'
    const request = { address, props: { name: 'ours', rules: [] }, tags: tagsFor(address), token: '' }
    const attributes = await kinds['wafv2/web-acl'].create(request, context)
    await context.clock.sleep(60_000)
    await context.aws.wafv2.associateWebACL({ WebACLArn: attributes.arn, ResourceArn })
    return { attributes, blocker: /^load balancer arn:aws:elasticloadbalancing:\S+\/shop\/\w+$/ }
  },
  'rds/subnet-group': async context => {
    await makeDatabase(context)
    return { attributes: { name: 'ours' }, blocker: /^RDS database theirs$/ }
  },
  'rds/parameter-group': async context => {
    await makeDatabase(context)
    return { attributes: { name: 'ours' }, blocker: /^RDS database theirs$/ }
  },
  'elasticache/subnet-group': async context => {
    await makeCache(context)
    return { attributes: { name: 'ours' }, blocker: /^cache theirs$/ }
  },
  'elasticache/parameter-group': async context => {
    await makeCache(context)
    return { attributes: { name: 'ours' }, blocker: /^cache theirs$/ }
  },
  'efs/file-system': async context => {
    const fileSystemId = await makeFileSystem(context)
    const SubnetId = await makeSubnet(context, await makeVpc(context))
    await context.aws.efs.createMountTarget({ FileSystemId: fileSystemId, SubnetId })
    return { attributes: { fileSystemId }, blocker: /^mount target fsmt-\w+ in subnet subnet-/ }
  },
  'iam/role': async ({ aws: { iam } }) => {
    const AssumeRolePolicyDocument = '{"Version":"2012-10-17","Statement":[]}'
    await iam.createRole({ RoleName: 'ours', AssumeRolePolicyDocument })
    await iam.createInstanceProfile({ InstanceProfileName: 'theirs' })
    await iam.addRoleToInstanceProfile({ InstanceProfileName: 'theirs', RoleName: 'ours' })
    return { attributes: { roleName: 'ours' }, blocker: /^instance profile theirs$/ }
  },
  'ecs/cluster': async ({ aws: { ecs } }) => {
    const { taskDefinition } = await ecs.registerTaskDefinition({
      family: 'job',
      networkMode: 'bridge',
      containerDefinitions: [{ name: 'job', image: 'job' }],
    })
    await ecs.createCluster({ clusterName: 'ours' })
    await ecs.runTask({
      cluster: 'ours',
      taskDefinition: taskDefinition!.taskDefinitionArn,
      startedBy: 'ada',
    })
    return { attributes: { clusterName: 'ours' }, blocker: /^ECS task \w+ \(started by ada\)$/ }
  },
}

async function refused(kind: AnyKind, attributes: object, context: SandboxContext): Promise<string> {
  return kind.delete({ address: 'a/b', attributes, dataMayGo: true }, context).then(
    () => 'deleted',
    (error: unknown) => meaningOf(error),
  )
}

const textOf = ({ what, owner }: Blocker) => ({ what, owner: owner?.words })

describe.each(Object.entries(cases))('%s in use', (type, use) => {
  it('names what keeps it, exactly while AWS refuses its deletion', async () => {
    const kind = kinds[type as keyof typeof kinds] as AnyKind
    const context = sandboxContext()
    const { attributes, blocker, owner } = await use(context)
    expect(await refused(kind, attributes, context)).toBe('in-use')
    const [found] = await kind.blockers!([attributes], context)
    expect(found!.map(textOf)).toContainEqual({
      what: expect.stringMatching(blocker),
      owner: owner ? expect.stringMatching(owner) : undefined,
    })
    expect(found!.every(({ hint }) => hint.length > 0)).toBe(true)
  })
})

describe('the table of cases', () => {
  it('has every kind that can tell what keeps it', () => {
    const telling = Object.entries(kinds as Record<string, AnyKind>).filter(([, kind]) => kind.blockers)
    expect(Object.keys(cases).toSorted()).toEqual(telling.map(([type]) => type).toSorted())
  })
})

describe('whose a network interface is', () => {
  const seen = async (description: string, prepare?: (context: SandboxContext) => Promise<unknown>) => {
    const context = sandboxContext()
    await prepare?.(context)
    const subnetId = await makeSubnet(context, await makeVpc(context))
    put(context, subnetId, description, ['sg-1'])
    const [[found] = []] = await kinds['ec2/subnet'].blockers!([{ subnetId }], context)
    return { ...found!, living: await found!.release?.owner() }
  }

  it.each([
    ['AWS Lambda VPC ENI-report-0b6f2c5e-1d2a-4c3b-9e8f-001122334455', 'Lambda function report'],
    ['AWS Lambda VPC ENI-nightly-report', 'Lambda function nightly-report'],
    ['ELB net/web/0123456789abcdef', 'load balancer web'],
    ['VPC Endpoint Interface vpce-0123456789abcdef0', 'VPC endpoint vpce-0123456789abcdef0'],
    ['VPC Endpoint Interface: vpce-0123456789abcdef0', 'VPC endpoint vpce-0123456789abcdef0'],
    ['EFS mount target for fs-01234567 (fsmt-01234567)', 'EFS mount target fsmt-01234567'],
    ['ES logs', 'OpenSearch domain logs'],
    ['something by hand', undefined],
  ])('is said by its description: %s', async (description, words) => {
    expect((await seen(description)).owner?.words).toBe(words)
  })

  it.each([
    ['RDSNetworkInterface', 'rds/instance'],
    ['Network interface for DBProxy', 'rds/proxy'],
    ['ElastiCache shop-001', 'elasticache/replication-group'],
    ['arn:aws:ecs:us-east-1:123456789012:attachment/0b6f2c5e', 'ecs/service'],
  ])('is told by its groups where AWS says only the service: %s', async (description, type) => {
    const { madeBy, living } = await seen(description)
    expect(madeBy?.types).toContain(type)
    expect(madeBy?.referring).toEqual(['sg-1'])
    expect(living).toBeUndefined()
  })

  it('is asked of the service', async () => {
    const { living } = await seen('ES logs', ({ aws }) => aws.opensearch.createDomain({ DomainName: 'logs' }))
    expect(living?.words).toBe('OpenSearch domain logs')
  })

  it('is, of an instance, what that is called and the group that has launched it', async () => {
    const context = sandboxContext()
    const subnetId = await makeSubnet(context, await makeVpc(context))
    await context.aws.ec2.runInstances({
      ImageId: 'ami-0123456789abcdef0',
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: subnetId,
        },
      ],
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            {
              Key: 'Name',
              Value: 'bastion',
            },
          ],
        },
      ],
    })
    const [[found] = []] = await kinds['ec2/subnet'].blockers!([{ subnetId }], context)
    expect(found!.owner?.words).toMatch(/^EC2 instance i-\w+ \(bastion\)$/)
    expect(found!.hint).toContain('aws ec2 terminate-instances --instance-ids i-')
  })
})

describe('what GuardDuty has put into a VPC', () => {
  it('goes with it, and what only looks like it does not', async () => {
    const context = sandboxContext()
    const { aws } = context
    const vpcId = await makeVpc(context)
    await aws.ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } })
    const { endpointId, groupId } = await monitor(aws, vpcId, [await makeSubnet(context, vpcId)])
    await makeGroup(context, vpcId, `GuardDutyManagedSecurityGroup-${vpcId}-copy`)
    const [found] = await kinds['ec2/vpc'].companions!([{ vpcId }], context)
    expect(found!.map(({ id }) => id)).toEqual([endpointId, groupId])
    await found![0]!.remove()
    await whileInUse(context.clock, found![1]!.remove)
    expect(await kinds['ec2/vpc'].companions!([{ vpcId }], context)).toEqual([[]])
    for (const { remove } of found!) await remove()
  })
})
