import {
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
} from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from 'vitest'
import { group } from '../../../src/kinds/autoscaling/group.ts'
import { scheduledAction } from '../../../src/kinds/autoscaling/scheduled-action.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { token } from '../ec2/network.ts'
import { groupProps, makeAutoScalingGroup, mockAutoScaling } from './parts.ts'

const address = 'capacity/night'
const attributes = { groupName: 'hosts', actionName: 'night' }
const props = { ...attributes, recurrence: '0 20 * * *', timeZone: 'Europe/Vienna', minSize: 1, maxSize: 2 }
const input = {
  AutoScalingGroupName: 'hosts',
  ScheduledActionName: 'night',
  Recurrence: '0 20 * * *',
  TimeZone: 'Europe/Vienna',
  MinSize: 1,
  MaxSize: 2,
}

describeKindLife({
  kind: scheduledAction,
  props: async context => {
    await makeAutoScalingGroup(context)
    return props
  },
  changes: [{ minSize: 0 }, { recurrence: '30 21 * * 1-5' }],
})

describe('autoscaling/scheduled-action', () => {
  it('is made, and replaced as a whole, by one call', async () => {
    const asg = mockAutoScaling()
    asg.on(PutScheduledUpdateGroupActionCommand).resolves({})
    await scheduledAction.create({ address, props, tags: tagsFor(address), token }, mockedContext())
    const changed = { ...props, minSize: 0 }
    await scheduledAction.update!(
      { address, attributes, observed: props, props: changed, changed: ['minSize'] },
      mockedContext(),
    )
    expect(asg.calls().map(call => call.args[0].input)).toEqual([input, { ...input, MinSize: 0 }])
  })

  it('is made again without a size that is removed, which one call may leave as it was', async () => {
    const asg = mockAutoScaling()
    asg.on(DeleteScheduledActionCommand).resolves({})
    asg.on(PutScheduledUpdateGroupActionCommand).resolves({})
    await scheduledAction.update!(
      { address, attributes, observed: props, props: { ...props, minSize: null }, changed: ['minSize'] },
      mockedContext(),
    )
    const { MinSize: _, ...rest } = input
    expect(asg.calls().map(call => call.args[0].input)).toEqual([
      { AutoScalingGroupName: 'hosts', ScheduledActionName: 'night' },
      rest,
    ])
  })

  it('reads all of a group in one call', async () => {
    const asg = mockAutoScaling()
    asg.on(DescribeScheduledActionsCommand).resolves({ ScheduledUpdateGroupActions: [input] })
    const other = { ...props, actionName: 'day' }
    const found = await scheduledAction.read(
      [readRequest(address, props, attributes), readRequest('capacity/day', other)],
      mockedContext(),
    )
    expect(found).toEqual([
      { attributes, props: { ...props, desiredCapacity: null }, tags: undefined },
      undefined,
    ])
    expect(asg.calls()).toHaveLength(1)
  })

  it('is gone with its group', async () => {
    const context = sandboxContext()
    const wish = group.normalise!(await groupProps(context))
    const made = await group.create({ address, props: wish, tags: tagsFor(address), token }, context)
    const settled = (await settle(group, made, context)) as typeof made
    await scheduledAction.create({ address, props, tags: {}, token }, context)
    await group.delete({ address, attributes: settled, dataMayGo: false }, context)
    await context.clock.sleep(300_000)
    expect(await scheduledAction.read([readRequest(address, props, attributes)], context)).toEqual([
      undefined,
    ])
  })

  it('takes one that is already gone for deleted', async () => {
    const asg = mockAutoScaling()
    asg
      .on(DeleteScheduledActionCommand)
      .rejects(Object.assign(new Error('Scheduled action name not found'), { name: 'ValidationError' }))
    await scheduledAction.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(asg.calls()).toHaveLength(1)
  })
})
