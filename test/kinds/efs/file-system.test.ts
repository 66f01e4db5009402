import {
  CreateFileSystemCommand,
  DeleteFileSystemCommand,
  DescribeFileSystemsCommand,
  EFSClient,
} from '@aws-sdk/client-efs'
import type { FileSystemDescription } from '@aws-sdk/client-efs'
import { describe, expect, it } from 'vitest'
import { fileSystem } from '../../../src/kinds/efs/file-system.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { efsFault } from './parts.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'files/system'
const token = '0123456789abcdef0123456789abcdef'
const props = { encrypted: true, throughputMode: 'elastic' as const }
const arn = (id: string) => `arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/${id}`
const attributes = { fileSystemId: 'fs-1', arn: arn('fs-1') }

describeKindLife({ kind: fileSystem, props: async () => props, changes: [{ throughputMode: 'bursting' }] })

function row(id: string, tags: Readonly<Record<string, string>>): FileSystemDescription {
  return {
    OwnerId: '123456789012',
    CreationToken: id,
    FileSystemId: id,
    FileSystemArn: arn(id),
    CreationTime: new Date(0),
    LifeCycleState: 'available',
    NumberOfMountTargets: 0,
    SizeInBytes: { Value: 0 },
    PerformanceMode: 'generalPurpose',
    ThroughputMode: 'elastic',
    Encrypted: true,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }
}

describe('efs/file-system', () => {
  it('is created in one call that carries its tags and token', async () => {
    const efs = stubbed(EFSClient)
    efs.on(CreateFileSystemCommand).resolves({ FileSystemId: 'fs-1' })
    const tags = { Name: 'shop' }
    expect(await fileSystem.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(efs.calls().map(call => call.args[0].input)).toEqual([
      {
        CreationToken: token,
        Encrypted: true,
        ThroughputMode: 'elastic',
        Tags: [{ Key: 'Name', Value: 'shop' }],
      },
    ])
  })

  it('takes the one that an earlier attempt has made', async () => {
    const efs = stubbed(EFSClient)
    efs.on(CreateFileSystemCommand).rejects(efsFault('FileSystemAlreadyExists', { FileSystemId: 'fs-1' }))
    expect(await fileSystem.create({ address, props, tags: {}, token }, mockedContext())).toEqual(attributes)
  })

  it('reads a recorded one in one call, and finds nothing changed', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DescribeFileSystemsCommand, { FileSystemId: 'fs-1' }).resolves({ FileSystems: [row('fs-1', {})] })
    const [observed] = await fileSystem.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props).toEqual({ ...props, performanceMode: 'generalPurpose' })
    expect(efs.calls()).toHaveLength(1)
  })

  it('looks through all pages for its own tags, past those of another stack', async () => {
    const efs = stubbed(EFSClient)
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    efs
      .on(DescribeFileSystemsCommand)
      .resolvesOnce({ FileSystems: [row('fs-9', foreign)], NextMarker: 'more' })
      .resolves({ FileSystems: [row('fs-1', tagsFor(address))] })
    const [observed] = await fileSystem.read([readRequest(address, props)], mockedContext())
    expect(observed?.attributes).toEqual(attributes)
    expect(efs.calls().map(call => (call.args[0].input as { Marker?: string }).Marker)).toEqual([
      undefined,
      'more',
    ])
  })

  it('takes no notice of one that another stack has tagged', async () => {
    const efs = stubbed(EFSClient)
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    efs.on(DescribeFileSystemsCommand).resolves({ FileSystems: [row('fs-9', foreign)] })
    expect(await fileSystem.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('keeps trying to delete one whose mount targets are still going away', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DeleteFileSystemCommand).rejectsOnce(efsFault('FileSystemInUse')).resolves({})
    const context = mockedContext()
    await whileInUse(context.clock, () =>
      fileSystem.delete({ address, attributes, dataMayGo: true }, context),
    )
    expect(efs.commandCalls(DeleteFileSystemCommand)).toHaveLength(2)
  })

  it('takes an already deleted file system for deleted', async () => {
    const efs = stubbed(EFSClient)
    efs.on(DeleteFileSystemCommand).rejects(efsFault('FileSystemNotFound'))
    await fileSystem.delete({ address, attributes, dataMayGo: true }, mockedContext())
  })
})
