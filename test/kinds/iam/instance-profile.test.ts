import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  IAMClient,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { instanceProfile } from '../../../src/kinds/iam/instance-profile.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'identity/web.instance-profile'
const props = { instanceProfileName: 'web', roleName: 'web' }
const attributes = {
  instanceProfileName: 'web',
  arn: 'arn:aws:iam::123456789012:instance-profile/web',
}
const tags = tagsFor(address)
const token = '0123456789abcdef0123456789abcdef'
const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

async function withRoles({ aws: { iam } }: SandboxContext) {
  for (const RoleName of ['web', 'other'])
    await iam.createRole({ RoleName, AssumeRolePolicyDocument: '{"Statement":[]}' })
  return props
}

function profile(...roles: string[]) {
  return {
    InstanceProfile: {
      InstanceProfileName: 'web',
      Arn: attributes.arn,
      Path: '/',
      InstanceProfileId: 'AIPA1',
      CreateDate: new Date(0),
      Roles: roles.map(RoleName => ({
        RoleName,
        Path: '/',
        RoleId: 'AROA1',
        Arn: `arn:aws:iam::123456789012:role/${RoleName}`,
        CreateDate: new Date(0),
      })),
      Tags,
    },
  }
}

describeKindLife({ kind: instanceProfile, props: withRoles, changes: [{ roleName: 'other' }] })

describe('iam/instance-profile', () => {
  it('is created with its tags, and then gets its role', async () => {
    const iam = stubbed(IAMClient)
    iam.on(CreateInstanceProfileCommand).resolves(profile())
    iam.on(GetInstanceProfileCommand).resolves(profile())
    iam.on(AddRoleToInstanceProfileCommand).resolves({})
    const request = { address, props, tags, token }
    const made = await instanceProfile.create(request, mockedContext())
    await instanceProfile.finish!(request, made, mockedContext())
    expect(iam.calls().map(call => call.args[0].input)).toEqual([
      { InstanceProfileName: 'web', Tags },
      { InstanceProfileName: 'web' },
      { InstanceProfileName: 'web', RoleName: 'web' },
    ])
  })

  it('reads what was declared, in one call', async () => {
    const iam = stubbed(IAMClient)
    iam.on(GetInstanceProfileCommand).resolves(profile('web'))
    const [found] = await instanceProfile.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props, tags })
    expect(iam.calls()).toHaveLength(1)
  })

  it('lets its role go before it takes another, for it holds only one', async () => {
    const iam = stubbed(IAMClient)
    iam.on(GetInstanceProfileCommand).resolves(profile('web'))
    iam.on(RemoveRoleFromInstanceProfileCommand).resolves({})
    iam.on(AddRoleToInstanceProfileCommand).resolves({})
    await instanceProfile.update!(
      { address, attributes, observed: props, props: { ...props, roleName: 'other' }, changed: ['roleName'] },
      mockedContext(),
    )
    expect(
      iam
        .calls()
        .slice(1)
        .map(call => call.args[0].input),
    ).toEqual([
      { InstanceProfileName: 'web', RoleName: 'web' },
      { InstanceProfileName: 'web', RoleName: 'other' },
    ])
  })

  it('returns one of that name that another stack made, with its tags', async () => {
    const iam = stubbed(IAMClient)
    const foreign = profile('web')
    iam.on(GetInstanceProfileCommand).resolves({
      InstanceProfile: { ...foreign.InstanceProfile, Tags: [{ Key: 'owner', Value: 'else' }] },
    })
    const [found] = await instanceProfile.read([readRequest(address, props)], mockedContext())
    expect(found?.tags).toEqual({ owner: 'else' })
  })

  it('holds its role until it is gone itself', async () => {
    const context = sandboxContext()
    const request = { address, props: await withRoles(context), tags, token }
    const made = await instanceProfile.create(request, context)
    await instanceProfile.finish!(request, made, context)
    const { deleteRole } = context.aws.iam
    const waiting = whileInUse(context.clock, () => deleteRole({ RoleName: 'web' }))
    await instanceProfile.delete({ address, attributes: made, dataMayGo: false }, context)
    await waiting
    await expect(context.aws.iam.getInstanceProfile({ InstanceProfileName: 'web' })).rejects.toThrow('found')
  })

  it('takes one that is already gone for deleted', async () => {
    const iam = stubbed(IAMClient)
    iam
      .on(GetInstanceProfileCommand)
      .rejects(Object.assign(new Error('gone'), { name: 'NoSuchEntityException', Code: 'NoSuchEntity' }))
    await instanceProfile.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(iam.commandCalls(DeleteInstanceProfileCommand)).toHaveLength(0)
  })
})
