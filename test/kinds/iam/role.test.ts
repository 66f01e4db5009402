import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  NoSuchEntityException,
  PutRolePolicyCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { role } from '../../../src/kinds/iam/role.ts'
import type { RoleAttributes, RoleProps } from '../../../src/kinds/iam/role.ts'
import { assertRoleUsable, roleKnown } from '../../../src/sandbox/iam.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const execution = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: ['ecs-tasks.amazonaws.com'] }, Action: ['sts:AssumeRole'] },
  ],
}

const secrets = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: ['arn:aws:s3:::a/*'] },
}

const props: RoleProps = {
  roleName: 'shop-test-backend',
  path: '/',
  assumeRolePolicy: trust,
  description: 'Tasks of backend',
  managedPolicyArns: [readOnly, execution],
  inlinePolicies: { files: secrets },
}

const attributes: RoleAttributes = {
  roleName: 'shop-test-backend',
  arn: 'arn:aws:iam::123456789012:role/shop-test-backend',
  roleId: 'AROA1',
}
const address = 'backend/role'
const token = '0123456789abcdef0123456789abcdef'
const noSuchEntity = new NoSuchEntityException({ message: 'gone', $metadata: {} })

describeKindLife({
  kind: role,
  props: async () => props,
  changes: [
    { description: 'Tasks' },
    { managedPolicyArns: [execution] },
    { inlinePolicies: { other: secrets } },
    { assumeRolePolicy: { ...trust, Version: '2008-10-17' } },
  ],
})

describe('iam/role', () => {
  it('is created in one call that carries its tags, and without its policies', async () => {
    const iam = stubbed(IAMClient)
    iam.on(CreateRoleCommand).resolves({ Role: shownRole() })
    const request = { address, props, tags: { Name: 'backend' }, token }
    expect(await role.create(request, mockedContext())).toEqual(attributes)
    expect(iam.calls().map(call => call.args[0].input)).toEqual([
      {
        RoleName: 'shop-test-backend',
        Path: '/',
        AssumeRolePolicyDocument: expect.stringContaining('ecs-tasks.amazonaws.com'),
        Description: 'Tasks of backend',
        Tags: [{ Key: 'Name', Value: 'backend' }],
      },
    ])
  })

  it('gets each policy in one call after its creation', async () => {
    const iam = stubbed(IAMClient)
    iam.onAnyCommand().resolves({})
    await role.finish!({ address, props, tags: {}, token }, attributes, mockedContext())
    expect(iam.commandCalls(AttachRolePolicyCommand)).toHaveLength(2)
    expect(iam.commandCalls(PutRolePolicyCommand)).toHaveLength(1)
    expect(iam.calls()).toHaveLength(3)
  })

  it('holds two spellings of one policy to be equal', () => {
    const one = role.normalise!(props)
    const other = role.normalise!({
      ...props,
      managedPolicyArns: [execution, readOnly],
      assumeRolePolicy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      },
      inlinePolicies: {
        files: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::a/*' },
          ],
        },
      },
    })
    expect(other).toEqual(one)
  })

  it('leaves what is not known yet in its place', () => {
    const unknown = { unknown: 'files.arn' } as unknown as string
    const normal = role.normalise!({
      ...props,
      inlinePolicies: { files: { Statement: [{ Action: ['a', 'b'], Resource: [unknown] }] } },
    })
    expect(normal.inlinePolicies['files']).toEqual({ Statement: [{ Action: ['a', 'b'], Resource: unknown }] })
  })

  it('is not asked for its policies when it is neither recorded nor there', async () => {
    const iam = stubbed(IAMClient)
    iam.on(GetRoleCommand).rejects(noSuchEntity)
    expect(await role.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
    expect(iam.calls()).toHaveLength(1)
  })

  it('is read in one wave when it is recorded and holds only what was declared', async () => {
    const context = sandboxContext()
    const request = { address, props, tags: tagsFor(address), token }
    const made = await role.finish!(request, await role.create(request, context), context)
    context.calls.length = 0
    const [observed] = await role.read([readRequest(address, props, made)], context)
    expect(observed?.props).toEqual(role.normalise!(props))
    expect(context.calls.map(call => call.operation).toSorted()).toEqual([
      'GetRole',
      'GetRolePolicy',
      'ListAttachedRolePolicies',
      'ListRolePolicies',
    ])
    expect(new Set(context.calls.map(call => call.started)).size).toBe(1)
  })

  it('shows a policy that somebody else has put in', async () => {
    const iam = mockedRole()
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['files', 'stray'] })
    iam.on(GetRolePolicyCommand, { PolicyName: 'files' }).resolves(shownPolicy('files'))
    iam.on(GetRolePolicyCommand, { PolicyName: 'stray' }).resolves(shownPolicy('stray'))
    const [observed] = await role.read([readRequest(address, props, attributes)], mockedContext())
    expect(Object.keys(observed!.props.inlinePolicies)).toEqual(['files', 'stray'])
  })

  it('reads every page of its policies', async () => {
    const iam = mockedRole()
    iam
      .on(ListAttachedRolePoliciesCommand)
      .resolvesOnce({ AttachedPolicies: [{ PolicyArn: readOnly }], IsTruncated: true, Marker: 'm' })
      .resolves({ AttachedPolicies: [{ PolicyArn: execution }] })
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [] })
    iam.on(GetRolePolicyCommand).rejects(noSuchEntity)
    const [observed] = await role.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed!.props.managedPolicyArns).toEqual([readOnly, execution])
    expect(iam.commandCalls(ListAttachedRolePoliciesCommand)[1]!.args[0].input.Marker).toBe('m')
  })

  it('is shown with the tags of another stack that has taken its name', async () => {
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    const iam = mockedRole()
    iam.on(GetRoleCommand).resolves({
      Role: { ...shownRole(), Tags: Object.entries(foreign).map(([Key, Value]) => ({ Key, Value })) },
    })
    iam.on(ListRolePoliciesCommand).resolves({})
    iam.on(GetRolePolicyCommand).rejects(noSuchEntity)
    const [observed] = await role.read([readRequest(address, props)], mockedContext())
    expect(observed?.tags).toEqual(foreign)
  })

  it('changes its description without resetting the length of its sessions', async () => {
    const iam = stubbed(IAMClient)
    iam.on(UpdateRoleDescriptionCommand).resolves({})
    const changed = { ...props, description: 'Tasks' }
    await role.update!(
      { address, attributes, observed: props, props: changed, changed: ['description'] },
      mockedContext(),
    )
    expect(iam.calls().map(call => call.args[0].input)).toEqual([
      { RoleName: 'shop-test-backend', Description: 'Tasks' },
    ])
  })

  it('exchanges only the policies that differ, the new ones first', async () => {
    const iam = stubbed(IAMClient)
    iam.onAnyCommand().resolves({})
    const after = {
      ...props,
      managedPolicyArns: [execution, 'arn:aws:iam::aws:policy/new'],
      inlinePolicies: { files: secrets, more: secrets },
    }
    const observed = { ...props, inlinePolicies: { files: secrets, stray: secrets } }
    await role.update!(
      { address, attributes, observed, props: after, changed: ['managedPolicyArns', 'inlinePolicies'] },
      mockedContext(),
    )
    expect(iam.calls().map(call => call.args[0].constructor)).toEqual([
      AttachRolePolicyCommand,
      DetachRolePolicyCommand,
      PutRolePolicyCommand,
      DeleteRolePolicyCommand,
    ])
    expect(iam.commandCalls(DetachRolePolicyCommand)[0]!.args[0].input.PolicyArn).toBe(readOnly)
    expect(iam.commandCalls(PutRolePolicyCommand)[0]!.args[0].input.PolicyName).toBe('more')
    expect(iam.commandCalls(DeleteRolePolicyCommand)[0]!.args[0].input.PolicyName).toBe('stray')
  })

  it('is empty before it is deleted', async () => {
    const iam = stubbed(IAMClient)
    iam.onAnyCommand().resolves({})
    iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies: [{ PolicyArn: execution }] })
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['files'] })
    iam.on(DetachRolePolicyCommand).rejects(noSuchEntity)
    await role.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(iam.calls().at(-1)!.args[0].constructor).toBe(DeleteRoleCommand)
    expect(iam.commandCalls(DeleteRolePolicyCommand)).toHaveLength(1)
  })
})

describe('a new role on the embedded AWS', () => {
  it('is not known to other services for some seconds', async () => {
    const context = sandboxContext()
    const { arn } = await role.create({ address, props, tags: {}, token }, context)
    expect(roleKnown(context.world, arn)).toBe(false)
    expect(() => assertRoleUsable(context.world, arn)).toThrow(/not authorized to perform: iam:PassRole on/)
    await context.clock.sleep(10_000)
    expect(roleKnown(context.world, arn)).toBe(true)
    assertRoleUsable(context.world, arn)
  })

  it('cannot be deleted while it has policies', async () => {
    const context = sandboxContext()
    const request = { address, props, tags: {}, token }
    await role.finish!(request, await role.create(request, context), context)
    await expect(context.aws.iam.deleteRole({ RoleName: props.roleName })).rejects.toMatchObject({
      name: 'DeleteConflictException',
      Code: 'DeleteConflict',
    })
  })
})

function shownRole() {
  return {
    RoleName: attributes.roleName,
    Arn: attributes.arn,
    RoleId: attributes.roleId,
    Path: '/',
    CreateDate: new Date(0),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
  }
}

function shownPolicy(PolicyName: string) {
  return {
    RoleName: attributes.roleName,
    PolicyName,
    PolicyDocument: encodeURIComponent(JSON.stringify(secrets)),
  }
}

function mockedRole() {
  const iam = stubbed(IAMClient)
  iam.on(GetRoleCommand).resolves({ Role: shownRole() })
  iam.on(ListAttachedRolePoliciesCommand).resolves({})
  return iam
}
