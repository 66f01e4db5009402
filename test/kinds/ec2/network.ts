import type { ResourceType } from '@aws-sdk/client-ec2'
import { DescribeTagsCommand, EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2'
import { mockClient } from 'aws-sdk-client-mock'
import { onTestFinished } from 'vitest'
import type { SandboxContext } from '../../support/context.ts'

/** Answers in EC2's place until the test is over. */
export function mockEc2() {
  const ec2 = mockClient(EC2Client)
  onTestFinished(() => ec2.restore())
  return ec2
}

/** Lets EC2 say that these carry the tag of the stack. */
export function listTagged(
  ec2: ReturnType<typeof mockEc2>,
  type: ResourceType,
  ...ids: readonly string[]
): void {
  const Tags = ids.map(ResourceId => ({
    ResourceId,
    ResourceType: type,
    Key: 'provision:stack',
    Value: 'test',
  }))
  ec2.on(DescribeTagsCommand).resolves({ Tags })
}

type Context = Pick<SandboxContext, 'aws'>

/** The parents that a test needs, made in an embedded AWS. */
export async function makeVpc({ aws }: Context): Promise<string> {
  const { Vpc } = await aws.ec2.createVpc({ CidrBlock: '10.0.0.0/16' })
  return Vpc!.VpcId!
}

export async function makeSubnet({ aws }: Context, VpcId: string, third = 0): Promise<string> {
  const { Subnet } = await aws.ec2.createSubnet({ VpcId, CidrBlock: `10.0.${third}.0/24` })
  return Subnet!.SubnetId!
}

export async function makeGateway({ aws }: Context, VpcId: string): Promise<string> {
  const { InternetGateway } = await aws.ec2.createInternetGateway({})
  const InternetGatewayId = InternetGateway!.InternetGatewayId!
  await aws.ec2.attachInternetGateway({ InternetGatewayId, VpcId })
  return InternetGatewayId
}

export async function makeAddress({ aws }: Context): Promise<string> {
  return (await aws.ec2.allocateAddress({ Domain: 'vpc' })).AllocationId!
}

export async function makeGroup({ aws }: Context, VpcId: string, GroupName: string): Promise<string> {
  return (await aws.ec2.createSecurityGroup({ GroupName, Description: 'a peer', VpcId })).GroupId!
}

export function ec2Error(name: string, message = name): EC2ServiceException {
  return new EC2ServiceException({ name, message, $fault: 'client', $metadata: {} })
}

export const token = '0123456789abcdef0123456789abcdef'

export function awsTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
