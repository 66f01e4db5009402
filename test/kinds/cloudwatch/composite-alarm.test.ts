import { CloudWatchClient, DescribeAlarmsCommand, PutCompositeAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { alarm } from '../../../src/kinds/cloudwatch/alarm.ts'
import { compositeAlarm } from '../../../src/kinds/cloudwatch/composite-alarm.ts'
import type { CompositeAlarmProps } from '../../../src/kinds/cloudwatch/composite-alarm.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'observability/any-alarm'
const token = '0123456789abcdef0123456789abcdef'
const topic = 'arn:aws:sns:us-east-1:123456789012:ops'
const props: CompositeAlarmProps = {
  alarmName: 'shop-test-any',
  description: 'Any alarm',
  anyOf: ['shop-test-memory', 'shop-test-cpu'],
  alarmActions: [topic],
}
const arn = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:shop-test-any'

async function prepare(context: SandboxContext): Promise<CompositeAlarmProps> {
  for (const alarmName of ['shop-test-cpu', 'shop-test-memory', 'shop-test-errors'])
    await context.aws.cloudwatch.putMetricAlarm({
      AlarmName: alarmName,
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
    })
  return props
}

describeKindLife({
  kind: compositeAlarm,
  props: prepare,
  changes: [{ anyOf: ['shop-test-errors'] }, { alarmActions: [] }],
})

describe('cloudwatch/composite-alarm', () => {
  it('is created in one call that carries its rule and its tags', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(PutCompositeAlarmCommand).resolves({})
    const request = { address, props, tags: { Name: 'any' }, token }
    expect(await compositeAlarm.create(request, mockedContext())).toEqual({ alarmName: 'shop-test-any', arn })
    expect(cloudwatch.calls().map(call => call.args[0].input)).toEqual([
      {
        AlarmName: 'shop-test-any',
        AlarmDescription: 'Any alarm',
        AlarmRule: 'ALARM("shop-test-memory") OR ALARM("shop-test-cpu")',
        AlarmActions: [topic],
        Tags: [{ Key: 'Name', Value: 'any' }],
      },
    ])
  })

  it('is asked for by its type, since AWS shows metric alarms only', async () => {
    const context = sandboxContext()
    await prepare(context)
    const made = await compositeAlarm.create({ address, props, tags: tagsFor(address), token }, context)
    expect((await context.aws.cloudwatch.describeAlarms({})).CompositeAlarms).toEqual([])
    const [observed] = await compositeAlarm.read([readRequest(address, props, made)], context)
    expect(observed?.props).toMatchObject(compositeAlarm.normalise!(props))
  })

  it('shows a rule of another form as a change', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(DescribeAlarmsCommand).resolves({
      CompositeAlarms: [
        { AlarmName: 'shop-test-any', AlarmArn: arn, AlarmRule: 'ALARM("a") AND NOT ALARM("b")' },
      ],
    })
    const attributes = { alarmName: 'shop-test-any', arn }
    const [observed] = await compositeAlarm.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props.anyOf).toEqual([])
  })

  it('has to go before the alarms that it watches', async () => {
    const context = sandboxContext()
    await prepare(context)
    const made = await compositeAlarm.create({ address, props, tags: tagsFor(address), token }, context)
    const child = { alarmName: 'shop-test-cpu', arn: '' }
    const remove = () => alarm.delete({ address, attributes: child, dataMayGo: false }, context)
    await expect(remove()).rejects.toThrow(/depending on it/)
    await compositeAlarm.delete({ address, attributes: made, dataMayGo: false }, context)
    await remove()
  })
})
