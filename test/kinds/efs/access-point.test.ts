import {
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  DescribeAccessPointsCommand,
  EFSClient,
} from '@aws-sdk/client-efs'
import { describe, expect, it } from 'vitest'
import { accessPoint } from '../../../src/kinds/efs/access-point.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { efsFault, makeFileSystem } from './parts.ts'

const address = 'files/uploads'
const token = '0123456789abcdef0123456789abcdef'
const props = { fileSystemId: 'fs-1', path: '/uploads', uid: 1000, gid: 1000, permissions: '0755' }
const attributes = {
  accessPointId: 'fsap-1',
  arn: 'arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-1',
}

describeKindLife({
  kind: accessPoint,
  props: async context => ({ ...props, fileSystemId: await makeFileSystem(context) }),
  changes: [],
})

describe('efs/access-point', () => {
  it('is created in one call that has AWS make the directory', async () => {
    const efs = stubbed(EFSClient)
    efs.on(CreateAccessPointCommand).resolves({ AccessPointId: 'fsap-1' })
    expect(await accessPoint.create({ address, props, tags: {}, token }, mockedContext())).toEqual(attributes)
    expect(efs.calls().map(call => call.args[0].input)).toEqual([
      {
        ClientToken: token,
        FileSystemId: 'fs-1',
        PosixUser: { Uid: 1000, Gid: 1000 },
        RootDirectory: {
          Path: '/uploads',
          CreationInfo: { OwnerUid: 1000, OwnerGid: 1000, Permissions: '0755' },
        },
        Tags: [],
      },
    ])
  })

  it('takes the one that an earlier attempt has made', async () => {
    const efs = stubbed(EFSClient)
    efs
      .on(CreateAccessPointCommand)
      .rejects(efsFault('AccessPointAlreadyExists', { AccessPointId: 'fsap-1' }))
    expect(await accessPoint.create({ address, props, tags: {}, token }, mockedContext())).toEqual(attributes)
  })

  it('takes no notice of one that another stack has tagged', async () => {
    const efs = stubbed(EFSClient)
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    const Tags = Object.entries(foreign).map(([Key, Value]) => ({ Key, Value }))
    efs.on(DescribeAccessPointsCommand).resolves({
      AccessPoints: [{ AccessPointId: 'fsap-9', AccessPointArn: 'arn', LifeCycleState: 'available', Tags }],
    })
    expect(await accessPoint.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('is absent when AWS does not know its recorded id', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DescribeAccessPointsCommand).rejects(efsFault('AccessPointNotFound'))
    expect(await accessPoint.read([readRequest(address, props, attributes)], mockedContext())).toEqual([
      undefined,
    ])
  })

  it('takes an already deleted access point for deleted', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DeleteAccessPointCommand).rejects(efsFault('AccessPointNotFound'))
    await accessPoint.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })
})
