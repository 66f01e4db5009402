import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { expect, it } from 'vitest'
import { endedAmong } from '../../../src/kinds/ec2/instance-rows.ts'
import { mockedContext } from '../../support/context.ts'
import { mockEc2 } from './network.ts'

const instance = (id: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${id}`

it('knows which of many things are instances that have ended, the forgotten ones as well', async () => {
  const mock = mockEc2()
  mock.on(DescribeInstancesCommand).resolves({
    Reservations: [
      { Instances: [{ InstanceId: 'i-1', State: { Name: 'terminated' } }] },
      { Instances: [{ InstanceId: 'i-2', State: { Name: 'stopped' } }] },
    ],
  })
  const bucket = 'arn:aws:s3:::instance/i-1'
  const ended = await endedAmong(
    [instance('i-1'), instance('i-2'), instance('i-3'), bucket],
    mockedContext().aws,
  )
  expect([...ended]).toEqual([instance('i-1'), instance('i-3')])
  expect(mock.commandCalls(DescribeInstancesCommand).map(call => call.args[0].input.Filters)).toEqual([
    [{ Name: 'instance-id', Values: ['i-1', 'i-2', 'i-3'] }],
  ])
})

it('asks for no more instances at once than a filter takes, and for none where there are none', async () => {
  const mock = mockEc2()
  mock.on(DescribeInstancesCommand).resolves({})
  const many = Array.from({ length: 201 }, (_, index) => instance(`i-${index}`))
  expect((await endedAmong(many, mockedContext().aws)).size).toBe(201)
  expect(mock.commandCalls(DescribeInstancesCommand)).toHaveLength(2)
  expect(await endedAmong(['arn:aws:s3:::bucket'], mockedContext().aws)).toEqual(new Set())
  expect(mock.commandCalls(DescribeInstancesCommand)).toHaveLength(2)
})
