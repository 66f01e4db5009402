import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  ModifyInstanceAttributeCommand,
  ModifyVolumeCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { Instance } from '@aws-sdk/client-ec2'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import type { InstanceAttributes, InstanceProps } from '../../../src/kinds/ec2/instance.ts'
import { instance } from '../../../src/kinds/ec2/instance.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle, vanish } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { awsTags, ec2Error, makeGroup, makeSubnet, makeVpc, mockEc2, token } from './network.ts'

const address = 'instances/web'
const tags = tagsFor(address)
const image = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
const props: InstanceProps = {
  image,
  instanceType: 't3.micro',
  subnetId: 'subnet-1',
  securityGroupIds: ['sg-1'],
  associatePublicIp: true,
  instanceProfileName: 'web',
  userData: '#!/bin/bash\ndnf install -y nginx\n',
  rootVolumeSize: 8,
  rootVolumeType: 'gp3',
  rootVolumeEncrypted: true,
  httpTokens: 'required',
  state: 'running',
}
const attributes: InstanceAttributes = {
  instanceId: 'i-1',
  imageId: 'ami-1',
  image,
  associatePublicIp: true,
  privateIp: '10.0.0.4',
  publicIp: '203.0.113.9',
  volumeId: 'vol-1',
}
const row: Instance = {
  InstanceId: 'i-1',
  ImageId: 'ami-1',
  InstanceType: 't3.micro',
  State: { Name: 'running' },
  SubnetId: 'subnet-1',
  PrivateIpAddress: '10.0.0.4',
  PublicIpAddress: '203.0.113.9',
  SecurityGroups: [{ GroupId: 'sg-1' }],
  IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/web' },
  RootDeviceName: '/dev/xvda',
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1' } }],
  MetadataOptions: { HttpTokens: 'required' },
  Tags: awsTags(tags),
}

async function place(context: SandboxContext): Promise<InstanceProps> {
  const vpcId = await makeVpc(context)
  const { iam } = context.aws
  await iam.createInstanceProfile({ InstanceProfileName: 'web' })
  await iam.createRole({ RoleName: 'web', AssumeRolePolicyDocument: '{"Statement":[]}' })
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'web', RoleName: 'web' })
  return {
    ...props,
    subnetId: await makeSubnet(context, vpcId),
    securityGroupIds: [await makeGroup(context, vpcId, 'web')],
  }
}

function answering(found: Instance) {
  const ec2 = mockEc2()
  ec2.on(DescribeTagsCommand).resolves({
    Tags: [{ ResourceId: 'i-1', ResourceType: 'instance', Key: 'provision:stack', Value: 'shop' }],
  })
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [found] }] })
  ec2.on(DescribeVolumesCommand).resolves({
    Volumes: [{ VolumeId: 'vol-1', Size: 8, VolumeType: 'gp3', Encrypted: true }],
  })
  ec2.on(DescribeInstanceAttributeCommand).resolves({
    UserData: { Value: Buffer.from(props.userData!).toString('base64') },
  })
  return ec2
}

describeKindLife({
  kind: instance,
  props: place,
  changes: [{ instanceType: 't3.small' }, { rootVolumeSize: 20 }, { rootVolumeType: 'gp2' }],
})

describe('ec2/instance', () => {
  it('is not seen where one answer shows it and another does not know it: its user data is not gone', async () => {
    const ec2 = answering(row)
    ec2
      .on(DescribeInstanceAttributeCommand)
      .rejects(ec2Error('InvalidInstanceID.NotFound', "The instance ID 'i-1' does not exist"))
    const request = readRequest(address, props, attributes)
    expect(await instance.read([request], mockedContext())).toEqual([undefined])
  })

  it('is launched from the newest AMI, with IMDSv2 only, an encrypted root volume and tags on all its parts', async () => {
    const ec2 = mockEc2()
    const ssm = stubbed(SSMClient)
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: 'ami-1' } })
    ec2.on(DescribeImagesCommand).resolves({ Images: [{ RootDeviceName: '/dev/sda1' }] })
    ec2.on(RunInstancesCommand).resolves({ Instances: [{ InstanceId: 'i-1', ImageId: 'ami-1' }] })
    expect(await instance.create({ address, props, tags, token }, mockedContext())).toEqual({
      instanceId: 'i-1',
      imageId: 'ami-1',
      image,
      associatePublicIp: true,
    })
    expect(ssm.calls().map(call => call.args[0].input)).toEqual([{ Name: image }])
    expect(ec2.commandCalls(RunInstancesCommand).map(call => call.args[0].input)).toEqual([
      {
        ImageId: 'ami-1',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        ClientToken: token,
        IamInstanceProfile: { Name: 'web' },
        UserData: Buffer.from(props.userData!).toString('base64'),
        NetworkInterfaces: [
          {
            DeviceIndex: 0,
            SubnetId: 'subnet-1',
            Groups: ['sg-1'],
            AssociatePublicIpAddress: true,
            DeleteOnTermination: true,
          },
        ],
        BlockDeviceMappings: [
          {
            DeviceName: '/dev/sda1',
            Ebs: { VolumeSize: 8, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true },
          },
        ],
        MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 2 },
        TagSpecifications: ['instance', 'volume', 'network-interface'].map(ResourceType => ({
          ResourceType,
          Tags: awsTags(tags),
        })),
      },
    ])
  })

  it('reads what was declared, so that a second run changes nothing', async () => {
    const ec2 = answering(row)
    const [found] = await instance.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props, tags })
    expect(ec2.calls()).toHaveLength(3)
  })

  it('is not changed by a newer AMI', async () => {
    const context = sandboxContext()
    const wish = await place(context)
    const request = { address, props: wish, tags, token }
    const made = await settle(instance, await instance.create(request, context), context)
    const before = await context.aws.ssm.getParameter({ Name: image })
    await context.clock.sleep(60 * 86_400_000)
    expect(await context.aws.ssm.getParameter({ Name: image })).not.toEqual(before)
    const [recorded, found] = await instance.read(
      [readRequest(address, wish, made as InstanceAttributes), readRequest(address, wish)],
      context,
    )
    expect(recorded?.props.image).toBe(image)
    expect(found?.props.image).toBe(image)
  })

  it('shows no lost public address while it is stopped, but that it is stopped', async () => {
    const { PublicIpAddress: _, ...stopped } = row
    answering({ ...stopped, State: { Name: 'stopped' } })
    const [recorded, found] = await instance.read(
      [readRequest(address, props, attributes), readRequest(address, props)],
      mockedContext(),
    )
    expect(recorded?.props).toMatchObject({ associatePublicIp: true, state: 'stopped' })
    expect(found?.props.associatePublicIp).toBe(true)
  })

  it('stops, changes its type as soon as AWS lets it, and starts again', async () => {
    const ec2 = mockEc2()
    ec2.on(StopInstancesCommand).resolves({})
    ec2
      .on(ModifyInstanceAttributeCommand)
      .rejectsOnce(ec2Error('IncorrectInstanceState', "The instance 'i-1' is not in the 'stopped' state."))
      .resolves({})
    ec2.on(StartInstancesCommand).resolves({})
    await instance.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, instanceType: 't3.small' },
        changed: ['instanceType'],
      },
      mockedContext(),
    )
    const type = { InstanceId: 'i-1', InstanceType: { Value: 't3.small' } }
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { InstanceIds: ['i-1'] },
      type,
      type,
      { InstanceIds: ['i-1'] },
    ])
  })

  it.each([
    [{ securityGroupIds: ['sg-2'] }, ModifyInstanceAttributeCommand, { InstanceId: 'i-1', Groups: ['sg-2'] }],
    [{ rootVolumeSize: 9 }, ModifyVolumeCommand, { VolumeId: 'vol-1', Size: 9, VolumeType: 'gp3' }],
    [{ state: 'running' as const }, StartInstancesCommand, { InstanceIds: ['i-1'] }],
  ])('changes %j in one call', async (change, command, input) => {
    const ec2 = mockEc2()
    ec2.on(command as typeof StartInstancesCommand).resolves({})
    await instance.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, ...change },
        changed: Object.keys(change) as never,
      },
      mockedContext(),
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([input])
  })

  it('refuses to shrink a volume', () => {
    expect(instance.refuses!({ ...props, rootVolumeSize: 20 }, props)?.why).toContain('cannot shrink')
    expect(instance.refuses!(props, { ...props, rootVolumeSize: 20 })).toBeUndefined()
  })

  it('fails with AWS’s reason when the launch came to nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [
        {
          Instances: [
            { ...row, State: { Name: 'terminated' }, StateReason: { Message: 'Client.VolumeLimitExceeded' } },
          ],
        },
      ],
    })
    expect(await instance.ready!([attributes], mockedContext())).toEqual([
      { state: 'failed', reason: 'Client.VolumeLimitExceeded' },
    ])
  })

  it('is absent once terminated, though AWS still lists it with its tags', async () => {
    const context = sandboxContext()
    const wish = await place(context)
    const made = await settle(
      instance,
      await instance.create({ address, props: wish, tags, token }, context),
      context,
    )
    await instance.delete({ address, attributes: made as InstanceAttributes, dataMayGo: false }, context)
    await vanish(instance, made, context)
    const { Reservations = [] } = await context.aws.ec2.describeInstances({})
    expect(Reservations[0]?.Instances?.[0]?.Tags).toHaveLength(awsTags(tags).length)
    expect(await instance.read([readRequest(address, wish)], context)).toEqual([undefined])
    await expect(instance.create({ address, props: wish, tags, token }, context)).rejects.toThrow(
      'terminated',
    )
  })

  it('takes one that is already gone for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(TerminateInstancesCommand).rejects(ec2Error('InvalidInstanceID.NotFound'))
    await instance.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.calls()).toHaveLength(1)
  })
})
