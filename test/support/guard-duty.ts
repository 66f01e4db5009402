import type { Aws } from '../../src/aws/aws.ts'

/** What GuardDuty puts into a VPC whose tasks it monitors; gives the ids. */
export async function monitor(
  { ec2 }: Aws,
  vpcId: string,
  subnetIds: string[],
): Promise<{ readonly endpointId: string; readonly groupId: string }> {
  const Tags = [{ Key: 'GuardDutyManaged', Value: 'true' }]
  const { GroupId } = await ec2.createSecurityGroup({
    GroupName: `GuardDutyManagedSecurityGroup-${vpcId}`,
    Description: `Associated with VPC-${vpcId} and tagged as GuardDutyManaged`,
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  })
  const { VpcEndpoint } = await ec2.createVpcEndpoint({
    VpcId: vpcId,
    ServiceName: 'com.amazonaws.us-east-1.guardduty-data',
    VpcEndpointType: 'Interface',
    SubnetIds: subnetIds,
    SecurityGroupIds: [GroupId!],
    TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags }],
  })
  return { endpointId: VpcEndpoint!.VpcEndpointId!, groupId: GroupId! }
}
