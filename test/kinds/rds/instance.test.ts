import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import type { DBInstance } from '@aws-sdk/client-rds'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { instance } from '../../../src/kinds/rds/instance.ts'
import type { InstanceProps } from '../../../src/kinds/rds/instance.ts'
import { subnetGroup } from '../../../src/kinds/rds/subnet-group.ts'
import { interfacesIn } from '../../../src/sandbox/ec2/interface.ts'
import { awsFault } from '../../../src/sandbox/fault.ts'
import { tagged } from '../../../src/sandbox/tagged.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { addNetwork, foreignTags } from '../../support/data-network.ts'
import { describeKindLife, settle, vanish } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'database/instance'
const tags = tagsFor(address)
const props: InstanceProps = {
  identifier: 'Shop-Test',
  engine: 'postgres',
  engineVersion: '16',
  instanceClass: 'db.t4g.micro',
  allocatedStorage: 20,
  databaseName: 'shop',
  port: 5432,
  publiclyAccessible: false,
  storageEncrypted: false,
  copyTagsToSnapshot: false,
  masterUsername: 'shop',
  subnetGroupName: 'shop-test',
  securityGroupIds: ['sg-2', 'sg-1'],
  backupRetentionDays: 7,
  backupWindow: '03:00-04:00',
  maintenanceWindow: 'Mon:04:30-Mon:05:30',
  enabledLogExports: ['upgrade', 'postgresql'],
}
const normal = instance.normalise!(props)
const attributes = {
  identifier: 'shop-test',
  arn: 'arn:aws:rds:us-east-1:123456789012:db:shop-test',
  resourceId: 'db-1',
  host: 'shop-test.abc.us-east-1.rds.amazonaws.com',
  port: 5432,
  secretArn: 'arn:secret',
}
const row: DBInstance = {
  DBInstanceIdentifier: 'shop-test',
  DBInstanceArn: attributes.arn,
  DbiResourceId: 'db-1',
  DBInstanceStatus: 'available',
  Endpoint: { Address: attributes.host, Port: 5432 },
  MasterUserSecret: { SecretArn: 'arn:secret' },
  Engine: 'postgres',
  EngineVersion: '16.3',
  DBInstanceClass: 'db.t4g.micro',
  AllocatedStorage: 20,
  StorageType: 'gp3',
  DBName: 'shop',
  MasterUsername: 'shop',
  DBSubnetGroup: { DBSubnetGroupName: 'shop-test' },
  VpcSecurityGroups: [
    { VpcSecurityGroupId: 'sg-2', Status: 'active' },
    { VpcSecurityGroupId: 'sg-1', Status: 'active' },
  ],
  BackupRetentionPeriod: 7,
  PreferredBackupWindow: '03:00-04:00',
  PreferredMaintenanceWindow: 'mon:04:30-mon:05:30',
  EnabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
  TagList: tagList(tags),
}

async function prepare(context: SandboxContext): Promise<InstanceProps> {
  addNetwork(context)
  const group = { name: 'shop-test', description: 'shop', subnetIds: ['subnet-a', 'subnet-b'] }
  await subnetGroup.create({ address, props: group, tags: tagsFor('database/subnets'), token: '0' }, context)
  return props
}

describeKindLife({
  kind: instance,
  props: prepare,
  changes: [
    { instanceClass: 'db.t4g.small' },
    { engineVersion: '17.2' },
    { allocatedStorage: 30 },
    { port: 5433 },
    { securityGroupIds: ['sg-1'] },
    { multiAz: true },
    { backupRetentionDays: 1 },
    { backupWindow: '01:00-02:00' },
    { maintenanceWindow: 'tue:04:30-tue:05:30' },
    { deletionProtection: true },
    { deletionProtection: false },
    { copyTagsToSnapshot: true },
    { autoMinorVersionUpgrade: false },
    { publiclyAccessible: true },
    { enabledLogExports: ['iam-db-auth-error'] },
  ],
})

const update = (change: Partial<InstanceProps>, observed: InstanceProps = normal) => ({
  address,
  attributes,
  observed,
  props: instance.normalise!({ ...props, ...change }),
  changed: Object.keys(change) as (keyof InstanceProps)[],
})

describe('rds/instance', () => {
  it('is created in one call that carries its tags and leaves the password to RDS', async () => {
    const rds = stubbed(RDSClient)
    rds.on(CreateDBInstanceCommand).resolves({ DBInstance: { ...row, Endpoint: undefined } })
    const created = await instance.create({ address, props: normal, tags, token: '0' }, mockedContext())
    expect(created).toEqual({ ...attributes, host: '', port: 0 })
    expect(JSON.parse(JSON.stringify(rds.calls().map(call => call.args[0].input)))).toEqual([
      {
        CopyTagsToSnapshot: false,
        Port: 5432,
        PubliclyAccessible: false,
        StorageEncrypted: false,
        DBInstanceIdentifier: 'shop-test',
        Engine: 'postgres',
        EngineVersion: '16',
        DBInstanceClass: 'db.t4g.micro',
        AllocatedStorage: 20,
        DBName: 'shop',
        MasterUsername: 'shop',
        ManageMasterUserPassword: true,
        DBSubnetGroupName: 'shop-test',
        VpcSecurityGroupIds: ['sg-1', 'sg-2'],
        BackupRetentionPeriod: 7,
        PreferredBackupWindow: '03:00-04:00',
        PreferredMaintenanceWindow: 'mon:04:30-mon:05:30',
        EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
        Tags: tagList(tags),
      },
    ])
  })

  it('looks once for its secret when the answer to the create call does not name it', async () => {
    const rds = stubbed(RDSClient)
    const { MasterUserSecret: _, Endpoint: __, ...bare } = row
    rds.on(CreateDBInstanceCommand).resolves({ DBInstance: bare })
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...row, Endpoint: undefined }] })
    const created = await instance.create({ address, props: normal, tags, token: '0' }, mockedContext())
    expect(created.secretArn).toBe('arn:secret')
    expect(rds.calls()).toHaveLength(2)
  })

  it('is not ready while it has no endpoint', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBInstancesCommand).resolves({
      DBInstances: [{ ...row, DBInstanceStatus: 'backing-up', Endpoint: undefined }],
    })
    const [readiness] = await instance.ready!([attributes], mockedContext())
    expect(readiness).toEqual({ state: 'waiting', status: 'backing-up' })
  })

  it('reads many in one filtered call and shows no change', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [row] })
    const other = { ...attributes, identifier: 'other' }
    const [observed, absent] = await instance.read(
      [readRequest(address, props, attributes), readRequest('database/other', props, other)],
      mockedContext(),
    )
    expect(observed).toMatchObject({ attributes, props: normal, tags })
    expect(absent).toBeUndefined()
    expect(rds.calls().map(call => call.args[0].input)).toEqual([
      { Filters: [{ Name: 'db-instance-id', Values: ['shop-test', 'other'] }], MaxRecords: 100 },
    ])
  })

  it('shows the version in full when it is not a release of the wished one', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...row, EngineVersion: '15.7' }] })
    const [observed] = await instance.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props.engineVersion).toBe('15.7')
  })

  it('is returned with the tags of the other stack when the name is taken', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...row, TagList: tagList(foreignTags) }] })
    const [observed] = await instance.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreignTags)
  })

  it('has nothing to wait for while its daily backup is taken', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...row, DBInstanceStatus: 'backing-up' }] })
    const [observed] = await instance.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.pending).toBeUndefined()
  })

  it('shows what it will have while it is being modified', async () => {
    const rds = stubbed(RDSClient)
    const changing = {
      DBInstanceStatus: 'modifying',
      PendingModifiedValues: { DBInstanceClass: 'db.m7g.large' },
    }
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...row, ...changing }] })
    const [observed] = await instance.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toMatchObject({ pending: 'modifying', props: { instanceClass: 'db.m7g.large' } })
  })

  it.each<[Partial<InstanceProps>, object]>([
    [{ instanceClass: 'db.m7g.large' }, { DBInstanceClass: 'db.m7g.large' }],
    [{ engineVersion: '17' }, { EngineVersion: '17', AllowMajorVersionUpgrade: true }],
    [{ port: 5433 }, { DBPortNumber: 5433 }],
    [{ securityGroupIds: ['sg-9'] }, { VpcSecurityGroupIds: ['sg-9'] }],
    [
      { enabledLogExports: ['upgrade', 'iam-db-auth-error'] },
      {
        CloudwatchLogsExportConfiguration: {
          EnableLogTypes: ['iam-db-auth-error'],
          DisableLogTypes: ['postgresql'],
        },
      },
    ],
  ])('changes %j in one request with nothing else in it', async (change, members) => {
    const rds = stubbed(RDSClient)
    rds.on(ModifyDBInstanceCommand).resolves({})
    await instance.update!(update(change), mockedContext())
    expect(rds.calls().map(call => call.args[0].input)).toEqual([
      { DBInstanceIdentifier: 'shop-test', ...members, ApplyImmediately: true },
    ])
  })

  it.each([
    [{ allocatedStorage: 10 }, 'shrink'],
    [{ allocatedStorage: 21 }, 'allocatedStorage: 22 or more'],
    [{ engineVersion: '15' }, 'cannot go back'],
  ])('refuses %j', (change, reason) => {
    const before = { ...normal, engineVersion: '16.3' }
    const { why, instead } = instance.refuses!(before, { ...before, ...change })!
    expect(`${why}: ${instead}`).toContain(reason)
  })

  it.each([{ allocatedStorage: 22 }, { engineVersion: '16' }, { engineVersion: '17.1' }])(
    'allows %j',
    change => {
      const before = { ...normal, engineVersion: '16.3' }
      expect(instance.refuses!(before, { ...before, ...change })).toBeUndefined()
    },
  )

  it.each<[Partial<DBInstance>, object]>([
    [{}, { state: 'ready', attributes }],
    [{ DBInstanceStatus: 'storage-optimization' }, { state: 'ready', attributes }],
    [{ DBInstanceStatus: 'creating' }, { state: 'waiting', status: 'creating' }],
    [{ DBInstanceStatus: 'backing-up' }, { state: 'ready', attributes, busy: 'backing-up' }],
    [
      { DBInstanceStatus: 'configuring-log-exports' },
      { state: 'ready', attributes, busy: 'configuring-log-exports' },
    ],
    [{ DBInstanceStatus: 'rebooting' }, { state: 'waiting', status: 'rebooting' }],
    [
      { MasterUserSecret: { SecretArn: 'arn:secret', SecretStatus: 'creating' } },
      { state: 'waiting', status: 'creating the secret with its password' },
    ],
    [{ PendingModifiedValues: { MultiAZ: true } }, { state: 'waiting', status: 'modifying' }],
    [{ DBInstanceStatus: 'incompatible-network' }, { state: 'failed', reason: 'incompatible-network' }],
  ])('with %j is %j', async (change, readiness) => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...row, ...change }] })
    expect(await instance.ready!([attributes], mockedContext())).toEqual([readiness])
  })

  it('goes with a final snapshot and keeps its backups', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DeleteDBInstanceCommand).resolves({})
    await instance.delete({ address, attributes, dataMayGo: false, finalSnapshot: 'last' }, mockedContext())
    expect(rds.calls().map(call => call.args[0].input)).toEqual([
      {
        DBInstanceIdentifier: 'shop-test',
        FinalDBSnapshotIdentifier: 'last',
        SkipFinalSnapshot: false,
        DeleteAutomatedBackups: false,
      },
    ])
  })

  it('takes an instance that is being deleted already for deleted, without waiting', async () => {
    const rds = stubbed(RDSClient)
    const already = awsFault('InvalidDBInstanceStateFault', 'Instance shop-test is already being deleted.', {
      code: 'InvalidDBInstanceState',
    })
    rds.on(DeleteDBInstanceCommand).rejects(already)
    const context = mockedContext()
    const started = context.clock.now()
    await instance.delete({ address, attributes, dataMayGo: true }, context)
    expect(context.clock.now()).toBe(started)
  })
})

describe('rds/instance on the embedded AWS, with its protection on', () => {
  async function make(context: SandboxContext) {
    const wished = instance.normalise!({ ...(await prepare(context)), deletionProtection: true })
    return settle(
      instance,
      await instance.create({ address, props: wished, tags, token: '0' }, context),
      context,
    )
  }

  it('stays while its data must stay', async () => {
    const context = sandboxContext()
    const made = (await make(context)) as typeof attributes
    const request = { address, attributes: made, dataMayGo: false, finalSnapshot: 'last' }
    await expect(instance.delete(request, context)).rejects.toThrow('disable deletion protection')
  })

  it('goes when its data may go, and leaves nothing behind', async () => {
    const context = sandboxContext()
    const made = (await make(context)) as typeof attributes
    await instance.delete({ address, attributes: made, dataMayGo: true }, context)
    await expect(
      context.aws.rds.modifyDBInstance({ DBInstanceIdentifier: 'shop-test', MultiAZ: true }),
    ).rejects.toThrow('not found')
    await vanish(instance, made, context)
    await subnetGroup.delete(
      { address, attributes: { name: 'shop-test', arn: '' }, dataMayGo: false },
      context,
    )
    expect(interfacesIn(context.world)).toEqual([])
    expect(tagged(context.world).list()).toEqual([])
  })
})
