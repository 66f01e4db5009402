import { describe, expect, it } from 'vitest'
import { association } from '../../../src/kinds/wafv2/association.ts'
import { webAcl } from '../../../src/kinds/wafv2/web-acl.ts'
import { readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { makeLoadBalancer } from '../elbv2/parts.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'load-balancer/web-acl.association'

async function makeAcl(context: SandboxContext, name: string): Promise<string> {
  const props = { name, rules: [] }
  const { arn } = await webAcl.create({ address: name, props, tags: tagsFor(name), token: '' }, context)
  return arn
}

async function propsIn(context: SandboxContext) {
  const { arn: resourceArn } = await makeLoadBalancer(context)
  return { webAclArn: await makeAcl(context, 'ours'), resourceArn }
}

describeKindLife({ kind: association, props: propsIn, changes: [] })

describe('wafv2/association', () => {
  it('waits until WAF knows the web ACL that was made a moment ago', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    await association.create({ address, props, tags: {}, token: '' }, context)
    expect(context.calls.filter(({ error }) => error === 'WAFUnavailableEntityException')).not.toEqual([])
  })

  it('is foreign where another web ACL guards the load balancer, and leaves that in place', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    const theirs = { ...props, webAclArn: await makeAcl(context, 'theirs') }
    await association.create({ address, props: theirs, tags: {}, token: '' }, context)
    const [found] = await association.read([readRequest(address, props)], context)
    expect(association.proves!(props, found!.props)).toBe(false)
    await association.delete({ address, attributes: props, dataMayGo: false }, context)
    const [still] = await association.read([readRequest(address, props)], context)
    expect(still?.attributes).toEqual(theirs)
  })

  it('keeps its web ACL from being deleted', async () => {
    const context = sandboxContext()
    const props = await propsIn(context)
    await association.create({ address, props, tags: {}, token: '' }, context)
    const [found] = await webAcl.read([readRequest('ours', { name: 'ours', rules: [] })], context)
    const { id: Id, name: Name } = found!.attributes
    const { LockToken } = await context.aws.wafv2.getWebACL({ Id, Name, Scope: 'REGIONAL' })
    context.world.faults.before = ({ operation }) => {
      if (
        operation === 'DeleteWebACL' &&
        context.calls.some(({ error }) => error?.startsWith('WAFAssociated'))
      )
        context.world.table('wafv2/association').delete(props.resourceArn)
    }
    await whileInUse(context.clock, () =>
      context.aws.wafv2.deleteWebACL({ Id, Name, Scope: 'REGIONAL', LockToken }),
    )
    expect(context.calls.map(({ error }) => error)).toContain('WAFAssociatedItemException')
  })
})
