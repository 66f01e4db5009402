import type { SandboxContext } from './context.ts'

/** A load balancer in `vpc-1`, put there without its network; gives its ARN. */
export function standingLoadBalancer({ world }: SandboxContext): string {
  const arn = world.arn('elasticloadbalancing', 'loadbalancer/app/shop/1')
  world.table('ec2/vpc').set('vpc-1', { id: 'vpc-1' })
  world.table('elbv2/load-balancer').set(arn, {
    arn,
    name: 'shop',
    dnsName: 'shop-1.us-east-1.elb.amazonaws.com',
    vpcId: 'vpc-1',
    created: 0,
    activeAt: 0,
    zones: [],
  })
  return arn
}

/** A target group of port 80 in `vpc-1` for tasks with addresses of their own; gives its ARN. */
export async function ipTargets({ aws }: SandboxContext, Name: string): Promise<string> {
  const input = { Name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' } as const
  const { TargetGroups } = await aws.elbv2.createTargetGroup(input)
  return TargetGroups![0]!.TargetGroupArn!
}
