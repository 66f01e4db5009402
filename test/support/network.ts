import type { SandboxContext } from './context.ts'

export interface Network {
  readonly vpcId: string
  /** One in each of two Availability Zones. */
  readonly subnetIds: readonly [string, string]
  readonly groupId: string
}

/** A VPC with a way to the internet, two subnets and a security group, for kinds that have to stand in one. */
export async function makeNetwork({ aws, region }: SandboxContext): Promise<Network> {
  const { Vpc } = await aws.ec2.createVpc({ CidrBlock: '10.0.0.0/16' })
  const vpcId = Vpc!.VpcId!
  const { InternetGateway } = await aws.ec2.createInternetGateway({})
  await aws.ec2.attachInternetGateway({
    VpcId: vpcId,
    InternetGatewayId: InternetGateway!.InternetGatewayId!,
  })
  const subnet = async (zone: string, CidrBlock: string) => {
    const { Subnet } = await aws.ec2.createSubnet({
      VpcId: vpcId,
      CidrBlock,
      AvailabilityZone: `${region}${zone}`,
    })
    return Subnet!.SubnetId!
  }
  const subnetIds = [await subnet('a', '10.0.0.0/24'), await subnet('b', '10.0.1.0/24')] as const
  const { GroupId } = await aws.ec2.createSecurityGroup({
    VpcId: vpcId,
    GroupName: 'web',
    Description: 'web',
  })
  return { vpcId, subnetIds, groupId: GroupId! }
}
