import { CloudWatchClient, GetDashboardCommand, PutDashboardCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { dashboard } from '../../../src/kinds/cloudwatch/dashboard.ts'
import { canonical } from '../../../src/resources/json.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'observability/dashboard'
const token = '0123456789abcdef0123456789abcdef'
const widget = (title: string) => ({ type: 'metric', properties: { title, metrics: [['AWS/ECS', 'CPU']] } })
const props = { dashboardName: 'test-shop', body: { widgets: [widget('CPU')] } }
const attributes = {
  dashboardName: 'test-shop',
  arn: 'arn:aws:cloudwatch::123456789012:dashboard/test-shop',
}

describeKindLife<typeof dashboard>({
  kind: dashboard,
  props: async () => props,
  changes: [{ body: { widgets: [widget('Memory'), widget('CPU')] } }],
})

describe('cloudwatch/dashboard', () => {
  it('is created in one call that carries its tags', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(PutDashboardCommand).resolves({})
    const request = { address, props, tags: { Name: 'shop' }, token }
    expect(await dashboard.create(request, mockedContext())).toEqual(attributes)
    expect(cloudwatch.calls().map(call => call.args[0].input)).toEqual([
      {
        DashboardName: 'test-shop',
        DashboardBody: canonical(props.body),
        Tags: [{ Key: 'Name', Value: 'shop' }],
      },
    ])
  })

  it('is the same however AWS writes its body, and costs one call to read', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(GetDashboardCommand).resolves({
      DashboardName: attributes.dashboardName,
      DashboardArn: attributes.arn,
      DashboardBody: JSON.stringify(props.body, undefined, 4),
    })
    const [observed] = await dashboard.read([readRequest(address, props, attributes)], mockedContext())
    expect(canonical(observed?.props)).toBe(canonical(props))
    expect(cloudwatch.calls()).toHaveLength(1)
  })

  it('shows a body that is no JSON as it is', async () => {
    const cloudwatch = stubbed(CloudWatchClient)
    cloudwatch.on(GetDashboardCommand).resolves({ DashboardName: 'test-shop', DashboardBody: '{' })
    const [observed] = await dashboard.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed?.props.body).toBe('{')
  })

  it('is shown with the tags of another stack that has taken its name', async () => {
    const context = sandboxContext()
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    await dashboard.create({ address, props, tags: foreign, token }, context)
    const [observed] = await dashboard.read([readRequest(address, props)], context)
    expect(observed?.tags).toEqual(foreign)
  })
})
