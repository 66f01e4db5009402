import {
  CreateMountTargetCommand,
  DeleteMountTargetCommand,
  DescribeMountTargetSecurityGroupsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from '@aws-sdk/client-efs'
import { describe, expect, it } from 'vitest'
import { mountTarget } from '../../../src/kinds/efs/mount-target.ts'
import { interfacesIn } from '../../../src/sandbox/ec2/interface.ts'
import { mockedContext, readRequest, sandboxContext } from '../../support/context.ts'
import { describeKindLife, settle, vanish } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { makeNetwork } from '../../support/network.ts'
import { efsFault, makeFileSystem } from './parts.ts'

const address = 'files/mount-a'
const token = '0123456789abcdef0123456789abcdef'
const props = { fileSystemId: 'fs-1', subnetId: 'subnet-a', securityGroupIds: ['sg-2', 'sg-1'] }
const attributes = { mountTargetId: 'fsmt-1', fileSystemId: 'fs-1' }

describeKindLife({
  kind: mountTarget,
  props: async context => {
    const { subnetIds, groupId } = await makeNetwork(context)
    const fileSystemId = await makeFileSystem(context)
    return { fileSystemId, subnetId: subnetIds[0], securityGroupIds: [groupId] }
  },
  changes: [{ securityGroupIds: [] }],
})

const row = (id: string, subnet: string) => ({
  MountTargetId: id,
  FileSystemId: 'fs-1',
  SubnetId: subnet,
  LifeCycleState: 'available' as const,
})

describe('efs/mount-target', () => {
  it('is created in one call', async () => {
    const efs = stubbed(EFSClient)
    efs.on(CreateMountTargetCommand).resolves({ MountTargetId: 'fsmt-1' })
    expect(await mountTarget.create({ address, props, tags: {}, token }, mockedContext())).toEqual(attributes)
    expect(efs.calls().map(call => call.args[0].input)).toEqual([
      { FileSystemId: 'fs-1', SubnetId: 'subnet-a', SecurityGroups: ['sg-2', 'sg-1'] },
    ])
  })

  it('waits until the file system takes mount targets', async () => {
    const efs = stubbed(EFSClient)
    efs
      .on(CreateMountTargetCommand)
      .rejectsOnce(efsFault('IncorrectFileSystemLifeCycleState'))
      .resolves({ MountTargetId: 'fsmt-1' })
    expect(await mountTarget.create({ address, props, tags: {}, token }, mockedContext())).toEqual(attributes)
  })

  it('lists the targets of a file system once, found or recorded', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DescribeMountTargetsCommand, { FileSystemId: 'fs-1' }).resolves({
      MountTargets: [row('fsmt-1', 'subnet-a'), row('fsmt-2', 'subnet-b')],
    })
    efs.on(DescribeMountTargetSecurityGroupsCommand).resolves({ SecurityGroups: ['sg-2', 'sg-1'] })
    const found = await mountTarget.read(
      [readRequest('a', props, attributes), readRequest('b', { ...props, subnetId: 'subnet-b' })],
      mockedContext(),
    )
    expect(found.map(one => one?.attributes.mountTargetId)).toEqual(['fsmt-1', 'fsmt-2'])
    expect(found[0]?.props).toEqual(mountTarget.normalise!(props))
    expect(efs.calls()).toHaveLength(3)
  })

  it('is absent when its file system is', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DescribeMountTargetsCommand).rejects(efsFault('FileSystemNotFound'))
    expect(await mountTarget.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('takes no notice of one that is going away', async () => {
    const efs = stubbed(EFSClient)
    const deleting = { ...row('fsmt-1', 'subnet-a'), LifeCycleState: 'deleting' as const }
    efs.on(DescribeMountTargetsCommand).resolves({ MountTargets: [deleting] })
    expect(await mountTarget.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('takes an already deleted mount target for deleted', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DeleteMountTargetCommand).rejects(efsFault('MountTargetNotFound'))
    await mountTarget.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })

  it('holds its subnet and its file system until it is gone', async () => {
    const context = sandboxContext()
    const { subnetIds, groupId } = await makeNetwork(context)
    const fileSystemId = await makeFileSystem(context)
    const wanted = { fileSystemId, subnetId: subnetIds[0], securityGroupIds: [groupId] }
    const made = await mountTarget.create({ address, props: wanted, tags: {}, token }, context)
    await settle(mountTarget, made, context)
    await mountTarget.delete({ address, attributes: made, dataMayGo: false }, context)
    expect(interfacesIn(context.world)).toHaveLength(1)
    await vanish(mountTarget, made, context)
    expect(interfacesIn(context.world)).toEqual([])
    await context.aws.efs.deleteFileSystem({ FileSystemId: fileSystemId })
  })
})
