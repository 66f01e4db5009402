import { CreateDomainCommand, OpenSearchClient, UpdateDomainConfigCommand } from '@aws-sdk/client-opensearch'
import { describe, expect, it } from 'vitest'
import { domain } from '../../../src/kinds/opensearch/domain.ts'
import type { DomainProps } from '../../../src/kinds/opensearch/domain-props.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { addNetwork } from '../../support/data-network.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'observability/search'
const token = '0123456789abcdef0123456789abcdef'
const props: DomainProps = {
  domainName: 'test-shop',
  instanceType: 't3.small.search',
  instanceCount: 2,
  volumeSize: 10,
  volumeType: 'gp3',
  subnetIds: ['subnet-b', 'subnet-a'],
  securityGroupIds: ['sg-1'],
  accessPolicy: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: ['es:ESHttp*'], Resource: '*' },
    ],
  },
  encryptionAtRest: true,
  nodeToNodeEncryption: true,
}
const attributes = {
  domainName: 'test-shop',
  arn: 'arn:aws:es:us-east-1:123456789012:domain/test-shop',
  endpoint: '',
}
const request = { address, props, tags: tagsFor(address), token }

async function prepare(context: SandboxContext): Promise<DomainProps> {
  addNetwork(context)
  await context.aws.iam.createServiceLinkedRole({ AWSServiceName: 'opensearchservice.amazonaws.com' })
  return props
}

describeKindLife({
  kind: domain,
  props: prepare,
  changes: [
    { instanceType: 'm7g.large.search' },
    { volumeSize: 20 },
    { subnetIds: ['subnet-a', 'subnet-c'] },
    { accessPolicy: { Version: '2012-10-17', Statement: [] } },
  ],
})

describe('opensearch/domain', () => {
  it('is created in one call: encrypted, over TLS only, in a zone for each subnet', async () => {
    const opensearch = stubbed(OpenSearchClient)
    opensearch.on(CreateDomainCommand).resolves({
      DomainStatus: { DomainName: 'test-shop', ARN: attributes.arn, ClusterConfig: {} } as never,
    })
    expect(await domain.create({ ...request, tags: { Name: 's' } }, mockedContext())).toEqual(attributes)
    expect(opensearch.calls()).toHaveLength(1)
    expect(opensearch.calls()[0]?.args[0].input).toMatchObject({
      DomainName: 'test-shop',
      ClusterConfig: { ZoneAwarenessEnabled: true, ZoneAwarenessConfig: { AvailabilityZoneCount: 2 } },
      VPCOptions: { SubnetIds: ['subnet-b', 'subnet-a'], SecurityGroupIds: ['sg-1'] },
      EncryptionAtRestOptions: { Enabled: true },
      NodeToNodeEncryptionOptions: { Enabled: true },
      DomainEndpointOptions: { EnforceHTTPS: true },
      TagList: [{ Key: 'Name', Value: 's' }],
    })
  })

  it('changes its access policy and nothing beside it', async () => {
    const opensearch = stubbed(OpenSearchClient)
    opensearch.on(UpdateDomainConfigCommand).resolves({})
    const accessPolicy = { Version: '2012-10-17', Statement: [] }
    await domain.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, accessPolicy },
        changed: ['accessPolicy'],
      },
      mockedContext(),
    )
    expect(opensearch.calls().map(call => call.args[0].input)).toEqual([
      { DomainName: 'test-shop', AccessPolicies: '{"Statement":[],"Version":"2012-10-17"}' },
    ])
  })

  it('knows its endpoint only once it is ready, some fifteen minutes later', async () => {
    const context = sandboxContext()
    await prepare(context)
    const began = context.clock.now()
    const made = await domain.create(request, context)
    expect(made).toMatchObject({ endpoint: '' })
    const ready = await settle(domain, made, context)
    expect(ready).toMatchObject({ endpoint: expect.stringMatching(/^vpc-test-shop-/) as string })
    expect(context.clock.now() - began).toBeGreaterThan(15 * 60_000)
  })

  it('waits while an older one of its name is still being deleted', async () => {
    const context = sandboxContext()
    await prepare(context)
    await settle(domain, await domain.create(request, context), context)
    await domain.delete({ address, attributes, dataMayGo: true }, context)
    const began = context.clock.now()
    await domain.create(request, context)
    expect(context.clock.now() - began).toBeGreaterThan(8 * 60_000)
  })

  it('has its encryption switched on in place, and is refused to have it switched off', async () => {
    const context = sandboxContext()
    const open = { ...(await prepare(context)), encryptionAtRest: false, nodeToNodeEncryption: false }
    const made = await domain.create({ address, props: open, tags: tagsFor(address), token }, context)
    await settle(domain, made, context)
    const on = { ...open, encryptionAtRest: true, nodeToNodeEncryption: true }
    const changed = ['encryptionAtRest', 'nodeToNodeEncryption'] as const
    await domain.update!({ address, attributes: made, observed: open, props: on, changed }, context)
    await settle(domain, made, context)
    const [found] = await domain.read([readRequest(address, on, made)], context)
    expect(found?.props).toMatchObject({ encryptionAtRest: true, nodeToNodeEncryption: true })
    expect(domain.refuses!(open, on)).toBeUndefined()
    expect(domain.refuses!(on, { ...on, encryptionAtRest: false })).toMatchObject({
      why: 'OpenSearch cannot switch encryptionAtRest off again',
      blocks: ['encryptionAtRest'],
    })
    const off = domain.update!({ address, attributes: made, observed: on, props: open, changed }, context)
    await expect(off).rejects.toThrow("can't be disabled")
  })

  it('refuses to change its version', () => {
    const before = { ...props, engineVersion: 'OpenSearch_2.17' }
    expect(domain.refuses!(before, { ...before, engineVersion: 'OpenSearch_2.19' })?.why).toMatch(/upgrade/)
    expect(domain.refuses!(before, before)).toBeUndefined()
  })

  it('shows no change on a second read, without a call for its tags', async () => {
    const context = sandboxContext()
    await prepare(context)
    const made = await domain.create(request, context)
    const ready = (await settle(domain, made, context)) as typeof made
    context.calls.length = 0
    const [observed] = await domain.read([readRequest(address, props, ready)], context)
    expect(observed?.props).toMatchObject(domain.normalise!(props))
    expect(context.calls.map(call => call.operation)).toEqual(['DescribeDomains'])
  })
})
