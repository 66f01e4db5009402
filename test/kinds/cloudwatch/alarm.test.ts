import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  ResourceNotFound,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { alarm } from '../../../src/kinds/cloudwatch/alarm.ts'
import type { AlarmProps } from '../../../src/kinds/cloudwatch/alarm.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const topics = ['arn:aws:sns:us-east-1:123456789012:b', 'arn:aws:sns:us-east-1:123456789012:a']

const props: AlarmProps = {
  alarmName: 'shop-test-backend-cpu',
  description: 'CPU above 80 %',
  namespace: 'AWS/ECS',
  metricName: 'CPUUtilization',
  dimensions: { ServiceName: 'backend', ClusterName: 'shop-test' },
  statistic: 'Average',
  period: 60,
  evaluationPeriods: 5,
  threshold: 80,
  comparisonOperator: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
  alarmActions: topics,
}

const attributes = {
  alarmName: 'shop-test-backend-cpu',
  arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:shop-test-backend-cpu',
}
const address = 'backend/cpu-alarm'
const token = '0123456789abcdef0123456789abcdef'

const input = {
  AlarmName: 'shop-test-backend-cpu',
  AlarmDescription: 'CPU above 80 %',
  Namespace: 'AWS/ECS',
  MetricName: 'CPUUtilization',
  Dimensions: [
    { Name: 'ServiceName', Value: 'backend' },
    { Name: 'ClusterName', Value: 'shop-test' },
  ],
  Statistic: 'Average' as const,
  Period: 60,
  EvaluationPeriods: 5,
  Threshold: 80,
  ComparisonOperator: 'GreaterThanThreshold' as const,
  TreatMissingData: 'notBreaching',
  AlarmActions: topics,
}

describeKindLife({
  kind: alarm,
  props: async () => props,
  changes: [{ threshold: 90 }, { alarmActions: [] }, { treatMissingData: 'missing' }],
})

describe('cloudwatch/alarm', () => {
  it('is created in one call that carries its tags', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(PutMetricAlarmCommand).resolves({})
    const request = { address, props, tags: { Name: 'cpu' }, token }
    expect(await alarm.create(request, mockedContext())).toEqual(attributes)
    expect(cloudwatch.calls().map(call => call.args[0].input)).toEqual([
      { ...input, Tags: [{ Key: 'Name', Value: 'cpu' }] },
    ])
  })

  it('is put again as a whole when one setting changes, since AWS resets what is left out', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(PutMetricAlarmCommand).resolves({})
    await alarm.update!(
      { address, attributes, observed: props, props: { ...props, threshold: 90 }, changed: ['threshold'] },
      mockedContext(),
    )
    expect(cloudwatch.calls().map(call => call.args[0].input)).toEqual([{ ...input, Threshold: 90 }])
  })

  it('keeps what somebody has added by hand when one setting changes', async () => {
    const context = sandboxContext()
    const made = await alarm.create({ address, props, tags: tagsFor(address), token }, context)
    await context.aws.cloudwatch.putMetricAlarm({ ...input, OKActions: [topics[0]!], DatapointsToAlarm: 3 })
    const [observed] = await alarm.read([readRequest(address, props, made)], context)
    context.calls.length = 0
    await alarm.update!(
      {
        address,
        attributes: made,
        observed: observed!.props,
        props: { ...props, threshold: 90 },
        changed: ['threshold'],
      },
      context,
    )
    expect(context.calls.map(call => call.operation)).toEqual(['PutMetricAlarm'])
    const [after] = await alarm.read([readRequest(address, props, made)], context)
    expect(after?.props).toMatchObject({ threshold: 90, okActions: [topics[0]], datapointsToAlarm: 3 })
  })

  it('can change from one metric to an expression over several', async () => {
    const context = sandboxContext()
    const made = await alarm.create({ address, props, tags: tagsFor(address), token }, context)
    const { namespace, metricName, dimensions, statistic, period, ...rest } = props
    const count = (id: string, name: string) => ({
      id,
      metric: {
        namespace: namespace!,
        metricName: name,
        dimensions: dimensions!,
        statistic: statistic!,
        period: period!,
      },
    })
    const math: AlarmProps = {
      ...rest,
      metrics: [
        count('errors', metricName!),
        count('requests', 'RequestCount'),
        { id: 'rate', expression: '100 * errors / requests', watched: true },
      ],
    }
    const changed = ['metrics'] as const
    await alarm.update!({ address, attributes: made, observed: props, props: math, changed }, context)
    const [after] = await alarm.read([readRequest(address, math, made)], context)
    expect(after?.props).toMatchObject(alarm.normalise!(math))
    expect(after?.props).not.toHaveProperty('metricName')
  })

  it('shows no change on a second read, without a call for its tags', async () => {
    const context = sandboxContext()
    const made = await alarm.create({ address, props, tags: tagsFor(address), token }, context)
    context.calls.length = 0
    const [observed] = await alarm.read([readRequest(address, props, made)], context)
    expect(observed).toMatchObject({ attributes: made, props: alarm.normalise!(props), tags: undefined })
    expect(context.calls.map(call => call.operation)).toEqual(['DescribeAlarms'])
  })

  it('is read with a hundred others in one call', async () => {
    const context = sandboxContext()
    for (const alarmName of Array.from({ length: 101 }, (_, index) => `alarm-${index}`))
      await alarm.create({ address, props: { ...props, alarmName }, tags: {}, token }, context)
    context.calls.length = 0
    const requests = Array.from({ length: 101 }, (_, index) => {
      const alarmName = `alarm-${index}`
      return readRequest(alarmName, { alarmName }, { alarmName, arn: '' })
    })
    const found = await alarm.read(requests, context)
    expect(found.every(one => one !== undefined)).toBe(true)
    expect(context.calls).toHaveLength(2)
  })

  it('has the defaults that AWS leaves out of its answer', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(DescribeAlarmsCommand).resolves({
      MetricAlarms: [{ AlarmName: attributes.alarmName, AlarmArn: attributes.arn, Threshold: 80 }],
    })
    const [observed] = await alarm.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props).toMatchObject({ treatMissingData: 'missing', dimensions: {}, alarmActions: [] })
  })

  it('is shown with the tags of another stack that has taken its name', async () => {
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(DescribeAlarmsCommand).resolves({
      MetricAlarms: [{ AlarmName: attributes.alarmName, AlarmArn: attributes.arn }],
    })
    cloudwatch.on(ListTagsForResourceCommand, { ResourceARN: attributes.arn }).resolves({
      Tags: Object.entries(foreign).map(([Key, Value]) => ({ Key, Value })),
    })
    const [observed] = await alarm.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreign)
  })

  it('takes an already deleted alarm for deleted', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(DeleteAlarmsCommand).rejects(new ResourceNotFound({ message: 'gone', $metadata: {} }))
    await alarm.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(cloudwatch.calls().map(call => call.args[0].input)).toEqual([
      { AlarmNames: ['shop-test-backend-cpu'] },
    ])
  })
})
