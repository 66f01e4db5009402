import { DescribeDBProxyTargetsCommand, ModifyDBProxyCommand, RDSClient } from '@aws-sdk/client-rds'
import { describe, expect, it } from 'vitest'
import { proxyTarget } from '../../../src/kinds/rds/proxy-target.ts'
import { proxy } from '../../../src/kinds/rds/proxy.ts'
import type { ProxyProps } from '../../../src/kinds/rds/proxy.ts'
import { mockedContext, sandboxContext, tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { addNetwork } from '../../support/data-network.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'data/database.proxy'

async function prepare(context: SandboxContext): Promise<ProxyProps> {
  addNetwork(context)
  const { Role } = await context.aws.iam.createRole({
    RoleName: 'proxy',
    AssumeRolePolicyDocument: '{"Statement":[]}',
  })
  return {
    name: 'shop-test-db-proxy',
    engineFamily: 'POSTGRESQL',
    roleArn: Role!.Arn!,
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1',
    subnetIds: ['subnet-b', 'subnet-a'],
    securityGroupIds: ['sg-1'],
    requireTls: true,
  }
}

describeKindLife({
  kind: proxy,
  props: prepare,
  changes: [{ requireTls: false }, { securityGroupIds: ['sg-2'] }, { secretArn: 'arn:other' }],
})

describeKindLife({
  kind: proxyTarget,
  props: async context => {
    const props = await prepare(context)
    await proxy.create({ address, props, tags: tagsFor(address), token: '0' }, context)
    await context.aws.rds.createDBSubnetGroup({
      DBSubnetGroupName: 'shop',
      DBSubnetGroupDescription: 'shop',
      SubnetIds: ['subnet-a', 'subnet-b'],
    })
    await context.aws.rds.createDBInstance({
      DBInstanceIdentifier: 'shop-db',
      Engine: 'postgres',
      DBInstanceClass: 'db.t4g.micro',
      AllocatedStorage: 20,
      ManageMasterUserPassword: true,
      DBSubnetGroupName: 'shop',
    })
    await context.clock.sleep(1_000_000)
    return { proxyName: props.name, instanceIdentifier: 'shop-db' }
  },
  changes: [],
})

describe('rds/proxy', () => {
  it('waits for a role that RDS does not know yet, and then for itself', async () => {
    const context = sandboxContext()
    const props = await prepare(context)
    const made = await proxy.create({ address, props, tags: tagsFor(address), token: '0' }, context)
    expect(context.calls.filter(({ operation }) => operation === 'CreateDBProxy').length).toBeGreaterThan(1)
    expect(await settle(proxy, made, context)).toMatchObject({ host: expect.stringContaining('.proxy-') })
  })

  it('changes one thing in one request with nothing else in it', async () => {
    const rds = stubbed(RDSClient)
    rds.on(ModifyDBProxyCommand).resolves({})
    const observed = await prepare(sandboxContext())
    const attributes = { name: observed.name, arn: 'arn:proxy', host: 'h' }
    const props = { ...observed, requireTls: false }
    await proxy.update!({ address, attributes, observed, props, changed: ['requireTls'] }, mockedContext())
    expect(rds.calls().map(call => call.args[0].input)).toEqual([
      { DBProxyName: observed.name, RequireTLS: false },
    ])
  })
})

describe('rds/proxy-target', () => {
  it.each([
    ['PENDING_PROXY_CAPACITY', 'waiting'],
    ['UNREACHABLE', 'waiting'],
    ['AUTH_FAILURE', 'failed'],
  ] as const)('is %s: %s', async (Reason, state) => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBProxyTargetsCommand).resolves({
      Targets: [{ RdsResourceId: 'shop-db', TargetHealth: { State: 'UNAVAILABLE', Reason } }],
    })
    const [look] = await proxyTarget.ready!(
      [{ proxyName: 'p', instanceIdentifier: 'shop-db' }],
      mockedContext(),
    )
    expect(look).toMatchObject({ state })
  })
})
