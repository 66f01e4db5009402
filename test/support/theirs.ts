import type { Life } from './life.ts'

export interface Theirs {
  readonly vpcId: string
  readonly subnetIds: readonly string[]
}

/** Somebody else's network and cluster, in the account of the stack. */
export async function theirs(life: Life): Promise<Theirs> {
  let made: Theirs | undefined
  await life.meanwhile(async ({ ec2, ecs }) => {
    const { Vpc } = await ec2.createVpc({ CidrBlock: '172.16.0.0/16' })
    const vpcId = Vpc!.VpcId!
    const { InternetGateway } = await ec2.createInternetGateway({})
    const InternetGatewayId = InternetGateway!.InternetGatewayId!
    await ec2.attachInternetGateway({ InternetGatewayId, VpcId: vpcId })
    const subnetIds = await Promise.all(
      ['a', 'b'].map(async (zone, index) => {
        const { Subnet } = await ec2.createSubnet({
          VpcId: vpcId,
          CidrBlock: `172.16.${index}.0/24`,
          AvailabilityZone: `us-east-1${zone}`,
        })
        return Subnet!.SubnetId!
      }),
    )
    await ecs.createCluster({ clusterName: 'shared' })
    made = { vpcId, subnetIds }
  })
  return made!
}

export interface TheirFrontDoor extends Theirs {
  readonly groupId: string
  readonly listenerArn: string
}

/** A load balancer of somebody else's in that network, which serves others already. */
export async function frontDoor(life: Life): Promise<TheirFrontDoor> {
  const ground = await theirs(life)
  let made: TheirFrontDoor | undefined
  await life.meanwhile(async ({ ec2, elbv2 }) => {
    const { GroupId } = await ec2.createSecurityGroup({
      GroupName: 'front',
      Description: 'shared',
      VpcId: ground.vpcId,
    })
    const { LoadBalancers } = await elbv2.createLoadBalancer({
      Name: 'front',
      Subnets: [...ground.subnetIds],
      SecurityGroups: [GroupId!],
    })
    const notFound = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } } as const
    const { Listeners } = await elbv2.createListener({
      LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn!,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [notFound],
    })
    const listenerArn = Listeners![0]!.ListenerArn!
    await elbv2.createRule({
      ListenerArn: listenerArn,
      Priority: 7,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/others/*'] } }],
      Actions: [notFound],
    })
    made = { ...ground, groupId: GroupId!, listenerArn }
  })
  return made!
}
