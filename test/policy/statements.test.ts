import { describe, expect, it } from 'vitest'
import { documentsOf } from '../../src/policy/documents.ts'
import { evaluatorOf } from '../../src/policy/evaluate.ts'
import { merged } from '../../src/policy/statement.ts'
import type { Grant, Statement } from '../../src/policy/statement.ts'

const owned = { StringEquals: { 'aws:ResourceTag/provision:stack': 'shop' } }

describe('grants that become statements', () => {
  it('keep each action at its own resources, unless a tag of the resource decides', () => {
    const grants: Grant[] = [
      { purpose: 'Beside', actions: ['elasticache:CreateSnapshot'], resources: ['group/*'] },
      { purpose: 'Beside', actions: ['elasticache:DeleteReplicationGroup'], resources: ['snapshot/*'] },
      {
        purpose: 'Change',
        actions: ['elasticache:DeleteReplicationGroup'],
        resources: ['group/*'],
        condition: owned,
      },
      {
        purpose: 'Change',
        actions: ['elasticache:DeleteCacheSubnetGroup'],
        resources: ['subnets/*'],
        condition: owned,
      },
    ]
    expect(merged(grants).map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['elasticache:CreateSnapshot'], ['group/*']],
      [['elasticache:DeleteReplicationGroup'], ['snapshot/*']],
      [
        ['elasticache:DeleteCacheSubnetGroup', 'elasticache:DeleteReplicationGroup'],
        ['group/*', 'subnets/*'],
      ],
    ])
    const allows = evaluatorOf(documentsOf(merged(grants)))
    const request = { action: 'elasticache:DeleteReplicationGroup', resource: 'group/theirs' }
    expect(allows({ ...request, values: {} })).toBe(false)
    expect(allows({ ...request, values: { 'aws:ResourceTag/provision:stack': 'shop' } })).toBe(true)
  })

  it('get numbers where two would have the same Sid', () => {
    const role = (service: string): Grant => ({
      purpose: 'ServiceRole',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: ['role/*'],
      condition: { StringEquals: { 'iam:AWSServiceName': service } },
    })
    const [document] = documentsOf(merged([role('ecs.amazonaws.com'), role('spot.amazonaws.com')]))
    expect(document!.Statement.map(({ Sid }) => Sid).toSorted()).toEqual([
      'IamServiceRole',
      'IamServiceRole2',
    ])
  })
})

describe('the evaluation of a policy', () => {
  const allowing = (statement: Partial<Statement>) =>
    evaluatorOf([
      {
        Version: '2012-10-17',
        Statement: [
          { Sid: 'One', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['a/*'], ...statement },
        ],
      },
    ])

  it('takes * for any characters, ? for one, and all others as they are', () => {
    const allows = allowing({ Resource: ['a.b/*', 'secret-??'] })
    const at = (resource: string) => allows({ action: 's3:GetObject', resource, values: {} })
    expect(['a.b/c/d', 'axb/c', 'secret-xy', 'secret-xyz'].map(at)).toEqual([true, false, true, false])
  })

  it('takes a key without a value for one that is not equal', () => {
    const allows = allowing({ Condition: { StringEquals: { key: ['one', 'two'] } } })
    const given = (values: Record<string, string>) =>
      allows({ action: 's3:GetObject', resource: 'a/b', values })
    expect([given({}), given({ key: 'two' }), given({ key: 'three' })]).toEqual([false, true, false])
  })

  it('refuses to guess at what the printed policies do not contain', () => {
    expect(() => allowing({ Action: ['s3:*'] })).toThrow('s3:*')
    expect(() => allowing({ Condition: { StringLike: { key: 'a*' } } })).toThrow('StringLike')
  })
})
