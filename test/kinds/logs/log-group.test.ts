import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it } from 'vitest'
import { logGroup } from '../../../src/kinds/logs/log-group.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const props = { logGroupName: '/ecs/shop-test/backend', retentionInDays: 30 }
const attributes = attributesFor(props.logGroupName)
const address = 'backend/logs'
const token = '0123456789abcdef0123456789abcdef'

describeKindLife<typeof logGroup>({
  kind: logGroup,
  props: async () => props,
  changes: [{ retentionInDays: 7 }],
})

describe('logs/log-group', () => {
  it('is created in one call that carries its tags', async () => {
    const logs = stubbed(CloudWatchLogsClient)
    logs.on(CreateLogGroupCommand).resolves({})
    const request = { address, props, tags: { Name: 'backend' }, token }
    expect(await logGroup.create(request, mockedContext())).toEqual(attributes)
    expect(logs.calls().map(call => call.args[0].input)).toEqual([
      { logGroupName: '/ecs/shop-test/backend', tags: { Name: 'backend' } },
    ])
  })

  it('is told how long to keep events', async () => {
    const logs = stubbed(CloudWatchLogsClient)
    logs.on(PutRetentionPolicyCommand).resolves({})
    await logGroup.finish!({ address, props, tags: {}, token }, attributes, mockedContext())
    expect(logs.calls().map(call => call.args[0].input)).toEqual([props])
  })

  it('changes its retention in one call', async () => {
    const logs = stubbed(CloudWatchLogsClient)
    logs.on(PutRetentionPolicyCommand).resolves({})
    const after = { ...props, retentionInDays: 7 }
    await logGroup.update!(
      { address, attributes, observed: props, props: after, changed: ['retentionInDays'] },
      mockedContext(),
    )
    expect(logs.calls().map(call => call.args[0].input)).toEqual([after])
  })

  it('is read with its siblings in one call by what their names share, and never mistaken for a neighbour', async () => {
    const logs = stubbed(CloudWatchLogsClient)
    logs
      .on(DescribeLogGroupsCommand, { logGroupNamePrefix: '/ecs/shop-test/' })
      .resolvesOnce({ logGroups: [shown('/ecs/shop-test/backend-old')], nextToken: 'n' })
      .resolves({ logGroups: [shown('/ecs/shop-test/backend')] })
    logs
      .on(DescribeLogGroupsCommand, { logGroupNamePrefix: '/aws/rds/db' })
      .resolves({ logGroups: [shown('/aws/rds/db')] })
    const found = await logGroup.read(
      ['/ecs/shop-test/backend', '/ecs/shop-test/worker', '/aws/rds/db'].map(logGroupName =>
        readRequest(logGroupName, { logGroupName }, attributesFor(logGroupName)),
      ),
      mockedContext(),
    )
    expect(found.map(one => one?.attributes)).toEqual([
      attributesFor('/ecs/shop-test/backend'),
      undefined,
      attributesFor('/aws/rds/db'),
    ])
    expect(logs.calls()).toHaveLength(3)
  })

  it('shows no change on a second read, without a call for its tags', async () => {
    const context = sandboxContext()
    const request = { address, props, tags: tagsFor(address), token }
    const made = await logGroup.finish!(request, await logGroup.create(request, context), context)
    context.calls.length = 0
    const [observed] = await logGroup.read([readRequest(address, props, made)], context)
    expect(observed).toEqual({ attributes: made, props, tags: undefined })
    expect(context.calls.map(call => call.operation)).toEqual(['DescribeLogGroups'])
  })

  it('is shown with the tags of another stack that has taken its name', async () => {
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    const logs = stubbed(CloudWatchLogsClient)
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [shown(props.logGroupName)] })
    logs.on(ListTagsForResourceCommand, { resourceArn: attributes.arn }).resolves({ tags: { ...foreign } })
    const [observed] = await logGroup.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreign)
  })

  it('takes an already deleted group for deleted', async () => {
    const logs = stubbed(CloudWatchLogsClient)
    logs.on(DeleteLogGroupCommand).rejects(new ResourceNotFoundException({ message: 'gone', $metadata: {} }))
    await logGroup.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(logs.calls()).toHaveLength(1)
  })

  it('cannot be kept for a term that AWS does not offer', async () => {
    const context = sandboxContext()
    await context.aws.logs.createLogGroup({ logGroupName: 'a' })
    await expect(
      context.aws.logs.putRetentionPolicy({ logGroupName: 'a', retentionInDays: 31 }),
    ).rejects.toThrow(/enum value set/)
  })
})

function attributesFor(logGroupName: string) {
  return { logGroupName, arn: `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}` }
}

function shown(logGroupName: string) {
  return { logGroupName, arn: `${attributesFor(logGroupName).arn}:*` }
}
