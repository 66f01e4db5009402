import {
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { launchTemplate } from '../../../src/kinds/ec2/launch-template.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { template as props } from '../autoscaling/parts.ts'
import { awsTags, ec2Error, mockEc2, token } from './network.ts'

const address = 'capacity/template'
const tags = tagsFor(address)
const attributes = { launchTemplateId: 'lt-1', version: '3' }

describeKindLife({
  kind: launchTemplate,
  props: async () => props,
  changes: [{ instanceType: 't3.large' }, { rootVolumeSize: 50 }, { instanceTags: { Name: 'other' } }],
})

describe('ec2/launch-template', () => {
  it('launches with IMDSv2 only and an encrypted volume', async () => {
    const context = sandboxContext()
    const { launchTemplateId } = await launchTemplate.create({ address, props, tags, token }, context)
    const { LaunchTemplateVersions } = await context.aws.ec2.describeLaunchTemplateVersions({
      LaunchTemplateId: launchTemplateId,
      Versions: ['$Latest'],
    })
    expect(LaunchTemplateVersions?.[0]?.LaunchTemplateData).toMatchObject({
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 30 } }],
      NetworkInterfaces: [{ AssociatePublicIpAddress: true, Groups: ['sg-1'] }],
    })
  })

  it('becomes another version in place, which is then the default', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateLaunchTemplateVersionCommand).resolves({ LaunchTemplateVersion: { VersionNumber: 4 } })
    ec2.on(ModifyLaunchTemplateCommand).resolves({})
    const updated = await launchTemplate.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, instanceType: 't3.large' },
        changed: ['instanceType'],
      },
      mockedContext(),
    )
    expect(updated).toEqual({ launchTemplateId: 'lt-1', version: '4' })
    expect(ec2.commandCalls(ModifyLaunchTemplateCommand).map(call => call.args[0].input)).toEqual([
      { LaunchTemplateId: 'lt-1', DefaultVersion: '4' },
    ])
  })

  it('reads the newest version of a recorded one, in two calls', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeLaunchTemplatesCommand).resolves({
      LaunchTemplates: [{ LaunchTemplateId: 'lt-1', LatestVersionNumber: 3, Tags: awsTags(tags) }],
    })
    ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({
      LaunchTemplateVersions: [
        { LaunchTemplateName: 'hosts', LaunchTemplateData: { InstanceType: 't3.medium' } },
      ],
    })
    const [found] = await launchTemplate.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toMatchObject({ attributes, tags, props: { instanceType: 't3.medium' } })
    expect(ec2.calls()).toHaveLength(2)
  })

  it('is absent, with the others still found, when its id is unknown', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeLaunchTemplatesCommand).rejects(ec2Error('InvalidLaunchTemplateId.NotFound'))
    ec2
      .on(DescribeLaunchTemplatesCommand, { LaunchTemplateIds: ['lt-2'] })
      .resolves({ LaunchTemplates: [{ LaunchTemplateId: 'lt-2', LatestVersionNumber: 1 }] })
    ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({ LaunchTemplateVersions: [{}] })
    const found = await launchTemplate.read(
      [
        readRequest(address, props, attributes),
        readRequest('capacity/other', props, { launchTemplateId: 'lt-2', version: '1' }),
      ],
      mockedContext(),
    )
    expect(found.map(one => one?.attributes.launchTemplateId)).toEqual([undefined, 'lt-2'])
  })

  it('takes one that is already gone for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DeleteLaunchTemplateCommand).rejects(ec2Error('InvalidLaunchTemplateId.NotFound'))
    await launchTemplate.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.calls()).toHaveLength(1)
  })
})
