import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { parameter } from '../../../src/kinds/ssm/parameter.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'data/log-level'
const props = { name: '/shop/test/log-level', value: 'info' }
const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/test/log-level'
const attributes = { name: props.name, arn }

describeKindLife({ kind: parameter, props: async () => props, changes: [{ value: 'debug' }] })

describe('ssm/parameter', () => {
  it('is created in one call with its tags, which an overwrite could not take', async () => {
    const ssm = stubbed(SSMClient)
    ssm.on(PutParameterCommand).resolves({})
    const tags = tagsFor(address)
    expect(await parameter.create({ address, props, tags, token: '0' }, mockedContext())).toEqual(attributes)
    const wished = { ...props, value: 'debug' }
    const change = { address, attributes, observed: props, props: wished, changed: ['value' as const] }
    await parameter.update!(change, mockedContext())
    expect(ssm.calls().map(call => call.args[0].input)).toEqual([
      { Name: props.name, Value: 'info', Type: 'String', Tags: tagList(tags) },
      { Name: props.name, Value: 'debug', Type: 'String', Overwrite: true },
    ])
  })

  it('is read ten at a time, in one call each, and unknown names are absent', async () => {
    const ssm = stubbed(SSMClient)
    ssm.on(GetParametersCommand).callsFake(({ Names }: { Names: string[] }) => ({
      Parameters: Names.filter(name => name !== '/none').map(Name => ({ Name, ARN: arn, Value: 'v' })),
    }))
    const requests = Array.from({ length: 12 }, (_, index) => {
      const name = index === 11 ? '/none' : `/p${index}`
      return readRequest(address, { name }, { name, arn })
    })
    const found = await parameter.read(requests, mockedContext())
    expect(found.map(one => one?.props.value)).toEqual([...Array<string>(11).fill('v'), undefined])
    expect(ssm.calls()).toHaveLength(2)
  })
})
