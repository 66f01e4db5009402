import { ElasticLoadBalancingV2ServiceException } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { SandboxContext } from '../../support/context.ts'
import type { Network } from '../../support/network.ts'
import { makeNetwork } from '../../support/network.ts'

export const arnOf = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:${resource}`

export function elbFault(code: string): ElasticLoadBalancingV2ServiceException {
  return new ElasticLoadBalancingV2ServiceException({
    name: code,
    $fault: 'client',
    $metadata: {},
    message: code,
  })
}

export async function makeTargetGroup({ aws }: SandboxContext, Name: string, VpcId: string): Promise<string> {
  const { TargetGroups } = await aws.elbv2.createTargetGroup({
    Name,
    Protocol: 'HTTP',
    Port: 80,
    VpcId,
    TargetType: 'ip',
  })
  return TargetGroups![0]!.TargetGroupArn!
}

export async function makeLoadBalancer(
  context: SandboxContext,
): Promise<{ readonly network: Network; readonly arn: string }> {
  const network = await makeNetwork(context)
  const { LoadBalancers } = await context.aws.elbv2.createLoadBalancer({
    Name: 'shop',
    Subnets: [...network.subnetIds],
    SecurityGroups: [network.groupId],
  })
  return { network, arn: LoadBalancers![0]!.LoadBalancerArn! }
}
