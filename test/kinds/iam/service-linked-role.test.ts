import { describe, expect, it } from 'vitest'
import { serviceLinkedRole } from '../../../src/kinds/iam/service-linked-role.ts'
import { readRequest, sandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'

const ecs = { serviceName: 'ecs.amazonaws.com' }
const elasticache = { serviceName: 'elasticache.amazonaws.com' }
const token = '0123456789abcdef0123456789abcdef'

describeKindLife({ kind: serviceLinkedRole, props: async () => ecs, changes: [] })

describe('iam/service-linked-role', () => {
  it('is looked for together with all the others in one call', async () => {
    const context = sandboxContext()
    const made = await create(context)
    context.calls.length = 0
    const found = await serviceLinkedRole.read(
      [readRequest('ecs', ecs), readRequest('cache', elasticache), readRequest('ecs', ecs, made)],
      context,
    )
    expect(found.map(one => one?.props)).toEqual([ecs, undefined, ecs])
    expect(context.calls.map(call => call.operation)).toEqual(['ListRoles'])
  })

  it('is taken as it is when somebody else was faster', async () => {
    const context = sandboxContext()
    expect(await create(context)).toEqual(await create(context))
  })

  it('survives its deletion', async () => {
    const context = sandboxContext()
    const attributes = await create(context)
    context.calls.length = 0
    await serviceLinkedRole.delete({ address: 'ecs', attributes, dataMayGo: true }, context)
    expect(context.calls).toEqual([])
    expect((await serviceLinkedRole.read([readRequest('ecs', ecs)], context))[0]?.attributes).toEqual(
      attributes,
    )
  })
})

function create(context: ReturnType<typeof sandboxContext>) {
  return serviceLinkedRole.create({ address: 'ecs', props: ecs, tags: {}, token }, context)
}
