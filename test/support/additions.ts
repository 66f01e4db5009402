import type { Aws } from '../../src/aws/aws.ts'
import type { Clock } from '../../src/effects/clock.ts'
import { distributions } from '../../src/sandbox/cloudfront/rows.ts'
import { repositories } from '../../src/sandbox/ecr/repository.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { listenerCertificates } from '../../src/sandbox/elbv2/listener-certificate.ts'
import { rows } from '../../src/sandbox/elbv2/rows.ts'
import { targetsOfOthers } from '../../src/sandbox/elbv2/target-health.ts'
import { roles } from '../../src/sandbox/iam/role.ts'
import { subscriptionFilters } from '../../src/sandbox/logs/subscription-filter.ts'
import { buckets } from '../../src/sandbox/s3/rows.ts'
import { secrets } from '../../src/sandbox/secretsmanager.ts'
import type { World } from '../../src/sandbox/world.ts'

/** Something that somebody else does inside of a resource of a stack. */
export interface ByHand {
  /** Type and `what` of the rule that says what becomes of it. */
  readonly of: readonly [type: string, what: string]
  /** The folder of an example that has such a resource, and the environment where it has several. */
  readonly example: string
  /** What is in the embedded AWS as long as it is there, and nowhere else. */
  readonly marker: string
  /** What `plan` says of it; undefined where it says nothing. */
  readonly line: string | undefined
  act(aws: Aws, world: World, clock: Clock): unknown
  /** Takes away what would keep AWS from deleting the stack's own. */
  readonly undo?: ((aws: Aws, world: World) => unknown) | undefined
}

const elsewhere = 'arn:aws:lambda:us-east-1:999999999999:function:by-hand'
const address = 'provision:address'

/** The ARN of what this stack has at an address. */
function arnAt(world: World, at: string): string {
  const tagged = world.table<{ readonly arn: string; readonly tags: Readonly<Record<string, string>> }>(
    'tagging/resource',
  )
  const found = tagged.list().find(({ tags }) => tags[address] === at)
  if (!found) throw new Error(`nothing is at ${at}`)
  return found.arn
}

const idAt = (world: World, at: string) => arnAt(world, at).split('/').at(-1)!
const nameOf = (arn: string) => arn.split(':').at(-1)!

async function subnetOfOthers({ ec2 }: Aws, world: World): Promise<string> {
  const VpcId = idAt(world, 'network/vpc')
  const { Subnet } = await ec2.createSubnet({ VpcId, CidrBlock: '10.0.250.0/28' })
  return Subnet!.SubnetId!
}

async function removeSubnet({ ec2 }: Aws): Promise<void> {
  const { Subnets = [] } = await ec2.describeSubnets({})
  const { SubnetId } = Subnets.find(({ CidrBlock }) => CidrBlock === '10.0.250.0/28')!
  const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId!] }]
  const { RouteTables = [] } = await ec2.describeRouteTables({ Filters })
  for (const { Associations = [] } of RouteTables)
    for (const one of Associations)
      if (one.SubnetId === SubnetId)
        await ec2.disassociateRouteTable({ AssociationId: one.RouteTableAssociationId })
  await ec2.deleteSubnet({ SubnetId })
}

/** What is left alone. */
export const leftAlone: readonly ByHand[] = [
  {
    of: ['iam/role', 'managed policies'],
    example: 'minimal',
    marker: 'policy/by-hand',
    line: 'identity/web.execution-role  managed policy arn:aws:iam::aws:policy/by-hand',
    act: ({ iam }, world) =>
      iam.attachRolePolicy({
        RoleName: idAt(world, 'identity/web.execution-role'),
        PolicyArn: 'arn:aws:iam::aws:policy/by-hand',
      }),
  },
  {
    of: ['iam/role', 'inline policies'],
    example: 'minimal',
    marker: 'inline-by-hand',
    line: 'identity/web.execution-role  inline policy inline-by-hand',
    act: ({ iam }, world) =>
      iam.putRolePolicy({
        RoleName: idAt(world, 'identity/web.execution-role'),
        PolicyName: 'inline-by-hand',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      }),
  },
  {
    of: ['iam/role', 'a permissions boundary'],
    example: 'minimal',
    marker: 'policy/limits',
    line: 'permissions boundary arn:aws:iam::123456789012:policy/limits',
    act: (_aws, world) => {
      const role = roles(world)
        .list()
        .find(({ arn }) => arn === arnAt(world, 'identity/web.execution-role'))!
      role.boundary = 'arn:aws:iam::123456789012:policy/limits'
    },
  },
  {
    of: ['ec2/route-table', 'routes'],
    example: 'minimal',
    marker: '10.77.0.0/16',
    line: 'network/public-routes  route to 10.77.0.0/16',
    act: ({ ec2 }, world) =>
      ec2.createRoute({
        RouteTableId: idAt(world, 'network/public-routes'),
        DestinationCidrBlock: '10.77.0.0/16',
        GatewayId: idAt(world, 'network/internet-gateway'),
      }),
  },
  {
    of: ['ec2/route-table', 'associations with subnets'],
    example: 'minimal',
    marker: '10.0.250.0/28',
    line: 'network/public-routes  association with subnet-',
    act: async (aws, world) =>
      aws.ec2.associateRouteTable({
        RouteTableId: idAt(world, 'network/public-routes'),
        SubnetId: await subnetOfOthers(aws, world),
      }),
    undo: removeSubnet,
  },
  {
    of: ['ec2/vpc', 'subnets, endpoints and peering connections'],
    example: 'blue-green',
    marker: '10.0.250.0/28',
    line: undefined,
    act: subnetOfOthers,
    undo: removeSubnet,
  },
  {
    of: ['ec2/security-group', 'rules with a prefix list'],
    example: 'minimal',
    marker: 'pl-0123',
    line: 'security-groups/alb  inbound rule with the prefix list pl-0123',
    act: ({ ec2 }, world) =>
      ec2.authorizeSecurityGroupIngress({
        GroupId: idAt(world, 'security-groups/alb'),
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: 'pl-0123' }] },
        ],
      }),
  },
  {
    of: ['ec2/security-group', 'outbound rules where the config names none'],
    example: 'minimal',
    marker: '198.51.100.64/26',
    line: 'security-groups/ecs  outbound rule tcp 8443 to 198.51.100.64/26',
    act: ({ ec2 }, world) =>
      ec2.authorizeSecurityGroupEgress({
        GroupId: idAt(world, 'security-groups/ecs'),
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 8443, ToPort: 8443, IpRanges: [{ CidrIp: '198.51.100.64/26' }] },
        ],
      }),
  },
  {
    of: ['elbv2/listener', 'rules'],
    example: 'minimal',
    marker: '/by-hand/*',
    line: 'load-balancer/http  rule of priority 7',
    act: ({ elbv2 }, world) =>
      elbv2.createRule({
        ListenerArn: arnAt(world, 'load-balancer/http'),
        Priority: 7,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/by-hand/*'] } }],
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '418' } }],
      }),
  },
  {
    of: ['elbv2/listener', 'certificates'],
    example: 'minimal',
    marker: 'certificate/by-hand',
    line: 'load-balancer/http  certificate arn:aws:acm:us-east-1:123456789012:certificate/by-hand',
    act: (_aws, world) => {
      const listenerArn = arnAt(world, 'load-balancer/http')
      const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/by-hand'
      listenerCertificates(world).set(`${listenerArn} ${certificateArn}`, { listenerArn, certificateArn })
    },
  },
  {
    of: ['elbv2/target-group', 'targets'],
    example: 'minimal',
    marker: '10.0.1.222',
    line: undefined,
    act: (_aws, world) => {
      const targetGroupArn = arnAt(world, 'load-balancer/web.targets')
      targetsOfOthers(world).set(`${targetGroupArn} 10.0.1.222`, { targetGroupArn, id: '10.0.1.222' })
    },
  },
  {
    of: ['logs/log-group', 'metric filters'],
    example: 'minimal',
    marker: 'filter-by-hand',
    line: 'observability/web.logs  metric filter filter-by-hand',
    act: ({ logs }, world) =>
      logs.putMetricFilter({
        logGroupName: nameOf(arnAt(world, 'observability/web.logs')),
        filterName: 'filter-by-hand',
        filterPattern: '',
        metricTransformations: [{ metricNamespace: 'a', metricName: 'b', metricValue: '1' }],
      }),
  },
  {
    of: ['logs/log-group', 'subscription filters'],
    example: 'minimal',
    marker: 'subscriber-by-hand',
    line: 'observability/web.logs  subscription filter subscriber-by-hand',
    act: (_aws, world) => {
      const logGroupName = nameOf(arnAt(world, 'observability/web.logs'))
      const filterName = 'subscriber-by-hand'
      subscriptionFilters(world).set(`${logGroupName} ${filterName}`, { logGroupName, filterName })
    },
  },
  {
    of: ['ec2/network-acl', 'associations with subnets'],
    example: 'ecs-on-ec2',
    marker: '10.0.250.0/28',
    line: '  association with subnet-',
    act: async (aws, world) => {
      const SubnetId = await subnetOfOthers(aws, world)
      const { NetworkAcls = [] } = await aws.ec2.describeNetworkAcls({})
      const held = NetworkAcls.flatMap(({ Associations = [] }) => Associations)
      const { NetworkAclAssociationId: AssociationId } = held.find(one => one.SubnetId === SubnetId)!
      const own = NetworkAcls.find(({ Tags = [] }) => Tags.some(({ Key }) => Key === address))!
      await aws.ec2.replaceNetworkAclAssociation({ AssociationId, NetworkAclId: own.NetworkAclId })
    },
    undo: removeSubnet,
  },
  {
    of: ['ecs/cluster-capacity', 'capacity providers'],
    example: 'ecs-on-ec2',
    marker: 'FARGATE_SPOT',
    line: 'cluster/cluster.capacity  capacity provider FARGATE_SPOT',
    act: async ({ ecs }, world, clock) => {
      const cluster = arnAt(world, 'cluster/cluster')
      const { clusters: [now] = [] } = await ecs.describeClusters({ clusters: [cluster] })
      await ecs.putClusterCapacityProviders({
        cluster,
        capacityProviders: [...(now?.capacityProviders ?? []), 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [],
      })
      await clock.sleep(60_000)
    },
  },
  {
    of: ['autoscaling/group', 'scheduled actions'],
    example: 'ecs-on-ec2',
    marker: 'night-by-hand',
    line: '  scheduled action night-by-hand',
    act: ({ autoscaling }, world) =>
      autoscaling.putScheduledUpdateGroupAction({
        AutoScalingGroupName: idAt(world, 'cluster/hosts'),
        ScheduledActionName: 'night-by-hand',
        Recurrence: '0 3 * * *',
        MinSize: 1,
      }),
  },
  {
    of: ['application-autoscaling/target', 'scaling policies'],
    example: 'portfolio',
    marker: 'policy-by-hand',
    line: '  scaling policy policy-by-hand',
    act: ({ applicationAutoScaling }, world) => {
      const { clusterArn, name } = services(world).list()[0]!
      return applicationAutoScaling.putScalingPolicy({
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: `service/${clusterArn.split('/').at(-1)}/${name}`,
        PolicyName: 'policy-by-hand',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 50,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
        },
      })
    },
  },
  {
    of: ['application-autoscaling/target', 'scheduled actions'],
    example: 'portfolio',
    marker: 'weekend-by-hand',
    line: '  scheduled action weekend-by-hand',
    act: ({ applicationAutoScaling }, world) => {
      const { clusterArn, name } = services(world).list()[0]!
      return applicationAutoScaling.putScheduledAction({
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: `service/${clusterArn.split('/').at(-1)}/${name}`,
        ScheduledActionName: 'weekend-by-hand',
        Schedule: 'cron(0 1 * * ? *)',
        ScalableTargetAction: { MinCapacity: 1 },
      })
    },
  },
  {
    of: ['elasticache/parameter-group', 'parameters'],
    example: 'portfolio',
    marker: 'lfu-log-factor',
    line: 'data/cache.parameters  parameter lfu-log-factor',
    act: ({ elasticache }, world) =>
      elasticache.modifyCacheParameterGroup({
        CacheParameterGroupName: nameOf(arnAt(world, 'data/cache.parameters')),
        ParameterNameValues: [{ ParameterName: 'lfu-log-factor', ParameterValue: '20' }],
      }),
  },
  {
    of: ['route53/hosted-zone', 'records'],
    example: 'portfolio',
    marker: 'mail-by-hand',
    line: '  TXT record of mail-by-hand.therpiproject.com',
    act: async ({ route53 }) => {
      const { HostedZones = [] } = await route53.listHostedZonesByName({ DNSName: 'therpiproject.com' })
      await route53.changeResourceRecordSets({
        HostedZoneId: HostedZones[0]!.Id,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                Name: 'mail-by-hand.therpiproject.com',
                Type: 'TXT',
                TTL: 300,
                ResourceRecords: [{ Value: '"v=spf1 -all"' }],
              },
            },
          ],
        },
      })
    },
  },
  {
    of: ['secretsmanager/secret', 'rotation'],
    example: 'uploads',
    marker: '"rotates"',
    line: '  rotation is on',
    act: (_aws, world) => {
      const [row] = secrets(world).list()
      row!.rotates = true
    },
  },
  {
    of: ['secretsmanager/secret', 'versions of the value'],
    example: 'uploads',
    marker: 'version-by-hand',
    line: undefined,
    act: (_aws, world) => {
      const [row] = secrets(world).list()
      row!.versions = [...row!.versions, { id: 'version-by-hand', keys: [] }]
    },
  },
  {
    of: ['ecr/repository', 'a repository policy'],
    example: 'uploads',
    marker: 'policy-of-others',
    line: '  repository policy',
    act: (_aws, world) => {
      const [row] = repositories(world).list()
      row!.policy = 'policy-of-others'
    },
  },
  {
    of: ['s3/bucket', 'lifecycle rules'],
    example: 'uploads',
    marker: 'rule-by-hand',
    line: '  lifecycle rule rule-by-hand',
    act: (_aws, world) => {
      const [row] = buckets(world).list()
      row!.lifecycle = [
        ...row!.lifecycle!,
        {
          ID: 'rule-by-hand',
          Status: 'Enabled',
          // Nothing that this tool can say: it has to come back as it was.
          Filter: { Tag: { Key: 'kind', Value: 'draft' } },
          Expiration: { Days: 3 },
        },
      ]
    },
  },
  {
    of: ['s3/bucket-policy', 'statements'],
    example: 'portfolio',
    marker: 'TlsOnlyByHand',
    line: '  statement TlsOnlyByHand',
    act: (_aws, world) => {
      const row = buckets(world)
        .list()
        .find(({ policy }) => policy)!
      const policy = JSON.parse(row.policy!) as { Statement: object[] }
      policy.Statement = [
        ...policy.Statement,
        {
          Sid: 'TlsOnlyByHand',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]
      row.policy = JSON.stringify(policy)
    },
  },
  {
    of: ['sns/topic', 'subscriptions'],
    example: 'fargate-observability',
    marker: elsewhere,
    line: `  subscription of lambda ${elsewhere}`,
    act: ({ sns }, world) => {
      const [topic] = world.table<{ readonly arn: string }>('sns/topic').list()
      return sns.subscribe({ TopicArn: topic!.arn, Protocol: 'lambda', Endpoint: elsewhere })
    },
  },
  {
    of: ['rds/parameter-group', 'parameters'],
    example: 'fargate-observability',
    marker: 'log_min_duration_statement',
    line: '  parameter log_min_duration_statement',
    act: async ({ rds }) => {
      const { DBParameterGroups = [] } = await rds.describeDBParameterGroups({})
      await rds.modifyDBParameterGroup({
        DBParameterGroupName: DBParameterGroups[0]!.DBParameterGroupName,
        Parameters: [
          {
            ParameterName: 'log_min_duration_statement',
            ParameterValue: '500',
            ApplyMethod: 'immediate',
          },
        ],
      })
    },
  },
]

/** What is taken back. */
export const reverted: readonly ByHand[] = [
  {
    of: ['ec2/security-group', 'rules'],
    example: 'minimal',
    marker: '198.51.100.7/32',
    line: 'ingress:',
    act: ({ ec2 }, world) =>
      ec2.authorizeSecurityGroupIngress({
        GroupId: idAt(world, 'security-groups/alb'),
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '198.51.100.7/32' }] },
        ],
      }),
  },
  {
    of: ['ecs/service', 'load balancers'],
    example: 'minimal',
    marker: '"name":"by-hand"',
    line: 'loadBalancers:',
    act: async ({ elbv2, ecs }, world) => {
      const { TargetGroups = [] } = await elbv2.createTargetGroup({
        Name: 'by-hand',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: idAt(world, 'network/vpc'),
        TargetType: 'ip',
      })
      const targetGroupArn = TargetGroups[0]!.TargetGroupArn!
      await elbv2.createRule({
        ListenerArn: arnAt(world, 'load-balancer/http'),
        Priority: 9,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/beta/*'] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
      })
      const [row] = services(world).list()
      await ecs.updateService({
        cluster: row!.clusterArn,
        service: row!.name,
        loadBalancers: [...row!.loadBalancers, { targetGroupArn, containerName: 'web', containerPort: 80 }],
      })
    },
    undo: async ({ elbv2 }, world) => {
      const rule = rows(world, 'rule')
        .list()
        .find(({ priority }) => priority === 9)!
      await elbv2.deleteRule({ RuleArn: rule.arn })
      const group = rows(world, 'targetGroup')
        .list()
        .find(({ name }) => name === 'by-hand')!
      await elbv2.deleteTargetGroup({ TargetGroupArn: group.arn })
    },
  },
  {
    of: ['ec2/network-acl', 'rules'],
    example: 'ecs-on-ec2',
    marker: '198.51.100.8/32',
    line: 'ingress:',
    act: async ({ ec2 }) => {
      const { NetworkAcls = [] } = await ec2.describeNetworkAcls({})
      const own = NetworkAcls.find(({ Tags = [] }) => Tags.some(({ Key }) => Key === address))!
      await ec2.createNetworkAclEntry({
        NetworkAclId: own.NetworkAclId,
        RuleNumber: 7,
        RuleAction: 'allow',
        Protocol: '-1',
        Egress: false,
        CidrBlock: '198.51.100.8/32',
      })
    },
  },
  {
    of: ['s3/bucket', 'CORS rules'],
    example: 'uploads',
    marker: 'https://by-hand.example.com',
    line: 'corsRules:',
    act: (_aws, world) => {
      const [row] = buckets(world).list()
      row!.cors = [
        ...row!.cors!,
        { AllowedOrigins: ['https://by-hand.example.com'], AllowedMethods: ['GET'] },
      ]
    },
  },
  {
    of: ['ecr/repository', 'rules of the lifecycle policy'],
    example: 'portfolio',
    marker: 'expire by hand',
    line: 'lifecyclePolicy',
    act: (_aws, world) => {
      const row = repositories(world)
        .list()
        .find(({ lifecyclePolicy }) => lifecyclePolicy)!
      const policy = JSON.parse(row.lifecyclePolicy!) as { rules: object[] }
      policy.rules = [
        ...policy.rules,
        {
          rulePriority: 99,
          description: 'expire by hand',
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
          action: { type: 'expire' },
        },
      ]
      row.lifecyclePolicy = JSON.stringify(policy)
    },
  },
  {
    of: ['cloudfront/distribution', 'aliases'],
    example: 'portfolio',
    marker: 'alias-by-hand.example.com',
    line: 'aliases:',
    act: (_aws, world) => {
      const [row] = distributions(world).list()
      const Items = [...(row!.config.Aliases?.Items ?? []), 'alias-by-hand.example.com']
      row!.config = { ...row!.config, Aliases: { Quantity: Items.length, Items } }
    },
  },
  {
    of: ['wafv2/web-acl', 'rules'],
    example: 'portfolio',
    marker: 'block-by-hand',
    line: 'rules:',
    act: (_aws, world) => {
      const [row] = world.table<{ name: string; rules: object[] }>('wafv2/web-acl').list()
      row!.rules = [
        ...row!.rules,
        {
          Name: 'block-by-hand',
          Priority: 99,
          Statement: { GeoMatchStatement: { CountryCodes: ['AQ'] } },
          Action: { Block: {} },
          VisibilityConfig: {
            SampledRequestsEnabled: false,
            CloudWatchMetricsEnabled: false,
            MetricName: 'block-by-hand',
          },
        },
      ]
    },
  },
]
