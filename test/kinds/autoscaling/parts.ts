import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import type { GroupProps } from '../../../src/kinds/autoscaling/group.ts'
import { group } from '../../../src/kinds/autoscaling/group.ts'
import { launchTemplate } from '../../../src/kinds/ec2/launch-template.ts'
import type { SandboxContext } from '../../support/context.ts'
import { tagsFor } from '../../support/context.ts'
import { settle } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { makeGroup, makeSubnet, makeVpc, token } from '../ec2/network.ts'

export const mockAutoScaling = () => stubbed(AutoScalingClient)

export const template = {
  launchTemplateName: 'hosts',
  imageId: 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
  instanceType: 't3.medium',
  instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/hosts',
  securityGroupIds: ['sg-1'],
  associatePublicIp: true,
  userData: '#!/bin/bash\necho ECS_CLUSTER=shop >> /etc/ecs/ecs.config\n',
  rootDeviceName: '/dev/xvda',
  rootVolumeSize: 30,
  rootVolumeType: 'gp3',
  instanceTags: { Name: 'host' },
}

/** A launch template that works, in an embedded AWS. */
export async function makeTemplate(context: SandboxContext, vpcId: string): Promise<string> {
  const { iam } = context.aws
  await iam.createInstanceProfile({ InstanceProfileName: 'hosts' })
  await iam.createRole({ RoleName: 'hosts', AssumeRolePolicyDocument: '{"Statement":[]}' })
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'hosts', RoleName: 'hosts' })
  const props = { ...template, securityGroupIds: [await makeGroup(context, vpcId, 'hosts')] }
  const request = { address: 'capacity/template', props, tags: tagsFor('capacity/template'), token }
  return (await launchTemplate.create(request, context)).launchTemplateId
}

export async function groupProps(context: SandboxContext): Promise<GroupProps> {
  const vpcId = await makeVpc(context)
  return {
    groupName: 'hosts',
    launchTemplateId: await makeTemplate(context, vpcId),
    launchTemplateVersion: '1',
    minSize: 2,
    maxSize: 10,
    subnetIds: [await makeSubnet(context, vpcId, 1), await makeSubnet(context, vpcId, 2)],
    newInstancesProtectedFromScaleIn: true,
    capacityRebalance: false,
  }
}

/** A group with its instances in service: its ARN. */
export async function makeAutoScalingGroup(context: SandboxContext): Promise<string> {
  const props = group.normalise!(await groupProps(context))
  const tags = tagsFor('capacity/group')
  const made = await group.create({ address: 'capacity/group', props, tags, token }, context)
  return ((await settle(group, made, context)) as { arn: string }).arn
}
