import { ProvisionError } from '../errors.ts'
import type { AnyKind } from '../resources/kind.ts'
import { certificate } from './acm/certificate.ts'
import { validation } from './acm/validation.ts'
import { policy as scalingPolicy } from './application-autoscaling/policy.ts'
import { scheduledAction } from './application-autoscaling/scheduled-action.ts'
import { target as scalableTarget } from './application-autoscaling/target.ts'
import { group as autoScalingGroup } from './autoscaling/group.ts'
import { scheduledAction as groupSchedule } from './autoscaling/scheduled-action.ts'
import { distribution } from './cloudfront/distribution.ts'
import { originAccessControl } from './cloudfront/origin-access-control.ts'
import { alarm } from './cloudwatch/alarm.ts'
import { compositeAlarm } from './cloudwatch/composite-alarm.ts'
import { dashboard } from './cloudwatch/dashboard.ts'
import { egressOnlyGateway } from './ec2/egress-only-internet-gateway.ts'
import { elasticIp } from './ec2/elastic-ip.ts'
import { existingSubnet } from './ec2/existing-subnet.ts'
import { existingVpc } from './ec2/existing-vpc.ts'
import { instance as ec2Instance } from './ec2/instance.ts'
import { internetGateway } from './ec2/internet-gateway.ts'
import { launchTemplate } from './ec2/launch-template.ts'
import { natGateway } from './ec2/nat-gateway.ts'
import { networkAcl } from './ec2/network-acl.ts'
import { routeTable } from './ec2/route-table.ts'
import { securityGroup } from './ec2/security-group.ts'
import { subnet } from './ec2/subnet.ts'
import { subnetIpv6Block } from './ec2/subnet-ipv6-block.ts'
import { vpcEndpoint } from './ec2/vpc-endpoint.ts'
import { vpcIpv6Block } from './ec2/vpc-ipv6-block.ts'
import { vpc } from './ec2/vpc.ts'
import { repository } from './ecr/repository.ts'
import { capacityProvider } from './ecs/capacity-provider.ts'
import { clusterCapacity } from './ecs/cluster-capacity.ts'
import { cluster } from './ecs/cluster.ts'
import { existingCluster } from './ecs/existing-cluster.ts'
import { service } from './ecs/service.ts'
import { taskDefinition } from './ecs/task-definition.ts'
import { accessPoint } from './efs/access-point.ts'
import { fileSystem } from './efs/file-system.ts'
import { mountTarget } from './efs/mount-target.ts'
import { replicationGroup } from './elasticache/replication-group.ts'
import { parameterGroup as cacheParameterGroup } from './elasticache/parameter-group.ts'
import { subnetGroup as cacheSubnetGroup } from './elasticache/subnet-group.ts'
import { existingListener } from './elbv2/existing-listener.ts'
import { existingLoadBalancer } from './elbv2/existing-load-balancer.ts'
import { listener } from './elbv2/listener.ts'
import { loadBalancer } from './elbv2/load-balancer.ts'
import { rule } from './elbv2/rule.ts'
import { targetGroup } from './elbv2/target-group.ts'
import { instanceProfile } from './iam/instance-profile.ts'
import { role } from './iam/role.ts'
import { serviceLinkedRole } from './iam/service-linked-role.ts'
import { logGroup } from './logs/log-group.ts'
import { instance as databaseInstance } from './rds/instance.ts'
import { metricFilter } from './logs/metric-filter.ts'
import { domain } from './opensearch/domain.ts'
import { parameterGroup as databaseParameterGroup } from './rds/parameter-group.ts'
import { proxy } from './rds/proxy.ts'
import { proxyTarget } from './rds/proxy-target.ts'
import { existingCertificate } from './acm/existing-certificate.ts'
import { existingAlarm } from './cloudwatch/existing-alarm.ts'
import { existingCacheParameterGroup } from './elasticache/existing-parameter-group.ts'
import { existingSnapshot } from './rds/existing-snapshot.ts'
import { existingZone } from './route53/existing-zone.ts'
import { readReplica } from './rds/read-replica.ts'
import { subnetGroup as databaseSubnetGroup } from './rds/subnet-group.ts'
import { bucket } from './s3/bucket.ts'
import { bucketPolicy } from './s3/bucket-policy.ts'
import { hostedZone } from './route53/hosted-zone.ts'
import { recordSet } from './route53/record-set.ts'
import { association } from './wafv2/association.ts'
import { webAcl } from './wafv2/web-acl.ts'
import { subscription } from './sns/subscription.ts'
import { topic } from './sns/topic.ts'
import { secret } from './secretsmanager/secret.ts'
import { parameter } from './ssm/parameter.ts'
import { secureString } from './ssm/secure-string.ts'

/** Every AWS resource type that `provision` handles. */
export const kinds = {
  'acm/certificate': certificate,
  'acm/existing-certificate': existingCertificate,
  'acm/validation': validation,
  'application-autoscaling/policy': scalingPolicy,
  'application-autoscaling/scheduled-action': scheduledAction,
  'application-autoscaling/target': scalableTarget,
  'autoscaling/group': autoScalingGroup,
  'autoscaling/scheduled-action': groupSchedule,
  'cloudfront/distribution': distribution,
  'cloudfront/origin-access-control': originAccessControl,
  'cloudwatch/alarm': alarm,
  'cloudwatch/composite-alarm': compositeAlarm,
  'cloudwatch/dashboard': dashboard,
  'cloudwatch/existing-alarm': existingAlarm,
  'ec2/egress-only-internet-gateway': egressOnlyGateway,
  'ec2/elastic-ip': elasticIp,
  'ec2/existing-subnet': existingSubnet,
  'ec2/existing-vpc': existingVpc,
  'ec2/instance': ec2Instance,
  'ec2/internet-gateway': internetGateway,
  'ec2/launch-template': launchTemplate,
  'ec2/nat-gateway': natGateway,
  'ec2/network-acl': networkAcl,
  'ec2/route-table': routeTable,
  'ec2/security-group': securityGroup,
  'ec2/subnet': subnet,
  'ec2/subnet-ipv6-block': subnetIpv6Block,
  'ec2/vpc': vpc,
  'ec2/vpc-endpoint': vpcEndpoint,
  'ec2/vpc-ipv6-block': vpcIpv6Block,
  'ecr/repository': repository,
  'ecs/capacity-provider': capacityProvider,
  'ecs/cluster': cluster,
  'ecs/cluster-capacity': clusterCapacity,
  'ecs/existing-cluster': existingCluster,
  'ecs/service': service,
  'ecs/task-definition': taskDefinition,
  'efs/access-point': accessPoint,
  'efs/file-system': fileSystem,
  'efs/mount-target': mountTarget,
  'elasticache/existing-parameter-group': existingCacheParameterGroup,
  'elasticache/parameter-group': cacheParameterGroup,
  'elasticache/replication-group': replicationGroup,
  'elasticache/subnet-group': cacheSubnetGroup,
  'elbv2/existing-listener': existingListener,
  'elbv2/existing-load-balancer': existingLoadBalancer,
  'elbv2/listener': listener,
  'elbv2/load-balancer': loadBalancer,
  'elbv2/rule': rule,
  'elbv2/target-group': targetGroup,
  'iam/instance-profile': instanceProfile,
  'iam/role': role,
  'iam/service-linked-role': serviceLinkedRole,
  'logs/log-group': logGroup,
  'rds/existing-snapshot': existingSnapshot,
  'rds/instance': databaseInstance,
  'logs/metric-filter': metricFilter,
  'opensearch/domain': domain,
  'rds/parameter-group': databaseParameterGroup,
  'rds/proxy': proxy,
  'rds/proxy-target': proxyTarget,
  'rds/read-replica': readReplica,
  'rds/subnet-group': databaseSubnetGroup,
  's3/bucket': bucket,
  's3/bucket-policy': bucketPolicy,
  'route53/existing-zone': existingZone,
  'route53/hosted-zone': hostedZone,
  'route53/record-set': recordSet,
  'wafv2/association': association,
  'wafv2/web-acl': webAcl,
  'sns/subscription': subscription,
  'sns/topic': topic,
  'secretsmanager/secret': secret,
  'ssm/parameter': parameter,
  'ssm/secure-string': secureString,
} as const

export type Kinds = typeof kinds

/** The kind of a type. A ledger of a newer version may name a type that this one does not know. */
export function kindOf(type: string): AnyKind {
  const kind = (kinds as Readonly<Record<string, AnyKind>>)[type]
  if (kind) return kind
  throw new ProvisionError({
    code: 'ledger',
    message: `the ledger names a ${type}, which this version does not know`,
    hint: 'use the version of provision that wrote the ledger, or a newer one',
  })
}
