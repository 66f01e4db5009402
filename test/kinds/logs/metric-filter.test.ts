import { CloudWatchLogsClient, PutMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it } from 'vitest'
import type { MetricFilterProps } from '../../../src/kinds/logs/metric-filter.ts'
import { metricFilter } from '../../../src/kinds/logs/metric-filter.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'observability/web.errors-metric'
const token = '0123456789abcdef0123456789abcdef'
const props: MetricFilterProps = {
  logGroupName: '/ecs/shop/web',
  filterName: 'errors',
  filterPattern: '{ $.level = "error" }',
  metricNamespace: 'shop/test',
  metricName: 'web-errors',
  metricValue: '1',
  defaultValue: 0,
}

async function withGroup(context: SandboxContext): Promise<MetricFilterProps> {
  await context.aws.logs.createLogGroup({ logGroupName: props.logGroupName })
  return props
}

describeKindLife({
  kind: metricFilter,
  props: withGroup,
  changes: [{ filterPattern: 'ERROR' }, { metricValue: '$.count' }, { defaultValue: 1 }],
})

describe('logs/metric-filter', () => {
  it('is put in one call', async () => {
    const logs = stubbed(CloudWatchLogsClient)
    logs.on(PutMetricFilterCommand).resolves({})
    await metricFilter.create({ address, props, tags: {}, token }, mockedContext())
    expect(logs.calls().map(call => call.args[0].input)).toEqual([
      {
        logGroupName: '/ecs/shop/web',
        filterName: 'errors',
        filterPattern: '{ $.level = "error" }',
        metricTransformations: [
          { metricNamespace: 'shop/test', metricName: 'web-errors', metricValue: '1', defaultValue: 0 },
        ],
      },
    ])
  })

  it('is read with all others of its log group in one call, and never mistaken for one of them', async () => {
    const context = sandboxContext()
    await withGroup(context)
    for (const filterName of ['errors', 'errors-of-others'])
      await metricFilter.create({ address, props: { ...props, filterName }, tags: {}, token }, context)
    context.calls.length = 0
    const found = await metricFilter.read(
      ['errors', 'err'].map(filterName => readRequest(address, { ...props, filterName })),
      context,
    )
    expect(found.map(one => one?.attributes.filterName)).toEqual(['errors', undefined])
    expect(context.calls).toHaveLength(1)
  })

  it('is gone with its log group', async () => {
    const context = sandboxContext()
    await withGroup(context)
    const attributes = await metricFilter.create({ address, props, tags: {}, token }, context)
    await context.aws.logs.deleteLogGroup({ logGroupName: props.logGroupName })
    expect(await metricFilter.read([readRequest(address, props, attributes)], context)).toEqual([undefined])
    await metricFilter.delete({ address, attributes, dataMayGo: false }, context)
  })
})
