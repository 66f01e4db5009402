import { describe, expect, it } from 'vitest'
import { recordSets } from '../../../src/sandbox/route53/rows.ts'
import { validation } from '../../../src/kinds/acm/validation.ts'
import { readRequest, sandboxContext } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { makeCertificate, makeZone } from './parts.ts'

const address = 'domain/validation'

async function propsIn(context: SandboxContext) {
  const zoneId = await makeZone(context)
  const { arn: certificateArn, validationRecords: records } = await makeCertificate(context)
  return { certificateArn, zoneId, records, nameServers: ['ns-1.example', 'ns-2.example'] }
}

describeKindLife({ kind: validation, props: propsIn, changes: [] })

describe('acm/validation', () => {
  it('is ready when the certificate is issued, and says until then what the registrar has to know', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    const made = await validation.create({ address, props, tags: {}, token: '' }, context)
    const [look] = await validation.ready!([made], context)
    expect(look).toEqual({
      state: 'waiting',
      status: 'PENDING_VALIDATION',
      advice: expect.stringContaining('example.com is delegated to ns-1.example, ns-2.example'),
    })
    expect(await settle(validation, made, context)).toMatchObject({ certificateArn: props.certificateArn })
  })

  it('does not count as there before the certificate is issued', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    await validation.create({ address, props, tags: {}, token: '' }, context)
    expect(await validation.read([readRequest(address, props)], context)).toEqual([undefined])
  })

  it('is absent when somebody has removed its records', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    const made = await validation.create({ address, props, tags: {}, token: '' }, context)
    const key = `${props.zoneId} CNAME ${props.records[0]!.name}.`
    expect(recordSets(context.world).delete(key)).toBe(true)
    expect(await validation.read([readRequest(address, props, made)], context)).toEqual([undefined])
  })

  it('leaves the record that another certificate of the domain is renewed by', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    await makeCertificate(context, 'other/certificate')
    const made = await validation.create({ address, props, tags: {}, token: '' }, context)
    await validation.delete({ address, attributes: made, dataMayGo: false }, context)
    const [found] = await validation.read([readRequest(address, props, made)], context)
    expect(found?.props.records).toEqual(props.records)
  })
})
