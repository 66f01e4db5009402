import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { HoldsData } from '../../../src/errors.ts'
import { putSecureString, secureString, secureStringState } from '../../../src/kinds/ssm/secure-string.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'data/key.parameter'
const props = { name: '/shop/test/key' }
const attributes = {
  name: '/shop/test/key',
  arn: 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/test/key',
  hasValue: false,
}
const request = { address, props, tags: tagsFor(address), token: '' }

describeKindLife({ kind: secureString, props: async () => props, changes: [] })

describe('ssm/secure-string', () => {
  it('is made encrypted, with a value that is none', async () => {
    const ssm = stubbed(SSMClient)
    ssm.on(PutParameterCommand).resolves({ Version: 1 })
    expect(await secureString.create({ ...request, tags: { team: 'blue' } }, mockedContext())).toEqual(
      attributes,
    )
    expect(ssm.calls().map(call => call.args[0].input)).toEqual([
      {
        Name: '/shop/test/key',
        Value: 'not set',
        Type: 'SecureString',
        Tags: [{ Key: 'team', Value: 'blue' }],
      },
    ])
  })

  it('is read fifty at a time, by an operation that shows no value', async () => {
    const ssm = stubbed(SSMClient)
    ssm.on(DescribeParametersCommand).resolves({
      Parameters: [{ Name: '/shop/test/key', Type: 'SecureString', Version: 3 }],
    })
    const others = Array.from({ length: 50 }, (_, index) => ({ ...attributes, name: `/shop/test/${index}` }))
    const found = await secureString.read(
      [attributes, ...others].map(one => readRequest(address, { name: one.name }, one)),
      mockedContext(),
    )
    expect(found[0]).toEqual({ attributes: { ...attributes, hasValue: true }, props, tags: undefined })
    expect(found.slice(1)).toEqual(others.map(() => undefined))
    expect(ssm.calls().map(({ args: [{ constructor }] }) => constructor.name)).toEqual([
      'DescribeParametersCommand',
      'DescribeParametersCommand',
    ])
  })

  it('has a value from the first that somebody has given it', async () => {
    const context = sandboxContext()
    expect(await secureStringState(context.aws, props.name)).toBeUndefined()
    await secureString.create(request, context)
    expect(await secureStringState(context.aws, props.name)).toMatchObject({ hasValue: false })
    await putSecureString(context.aws, props.name, 'open sesame')
    const state = await secureStringState(context.aws, props.name)
    expect(state).toMatchObject({ hasValue: true, tags: tagsFor(address) })
    expect(JSON.stringify(state)).not.toContain('sesame')
  })

  it('keeps a value that nobody has let go', async () => {
    const context = sandboxContext()
    const made = await secureString.create(request, context)
    await putSecureString(context.aws, props.name, 'open sesame')
    const remove = (dataMayGo: boolean) =>
      secureString.delete({ address, attributes: made, dataMayGo }, context)
    await expect(remove(false)).rejects.toEqual(new HoldsData('a secret value'))
    await remove(true)
    expect(await secureStringState(context.aws, props.name)).toBeUndefined()
  })

  it('may be gone before it is deleted', async () => {
    const ssm = stubbed(SSMClient)
    ssm.on(DescribeParametersCommand).resolves({ Parameters: [] })
    ssm.on(DeleteParameterCommand).rejects(new ParameterNotFound({ message: 'gone', $metadata: {} }))
    await secureString.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ssm.calls()).toHaveLength(2)
  })
})
