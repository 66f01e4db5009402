import { describe, expect, it } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import { connect } from '../../src/aws/aws.ts'
import { meaningOf } from '../../src/aws/errors.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import type { PolicyDocument } from '../../src/policy/documents.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import { World } from '../../src/sandbox/world.ts'

type Allowed = Pick<Statement, 'Action' | 'Resource' | 'Condition'>

function account() {
  const clock = new VirtualClock({})
  const random = seededRandom(1)
  const world = new World({ clock, random, region: 'us-east-1' })
  const as = (statements: readonly Allowed[] | undefined): Aws => {
    const documents: readonly PolicyDocument[] = [
      {
        Version: '2012-10-17',
        Statement: (statements ?? []).map((one, index) => ({ Sid: `S${index}`, Effect: 'Allow', ...one })),
      },
    ]
    const permissions = statements && { command: 'up', documents: () => documents }
    return connect({ region: 'us-east-1', clock, random, embedded: embed(world), permissions }).aws
  }
  return { world, as }
}

const tags = (stack: string) => [{ Key: 'provision:stack', Value: stack }]
const vpcOf = async (aws: Aws, stack: string) => {
  const { Vpc } = await aws.ec2.createVpc({
    CidrBlock: '10.0.0.0/16',
    TagSpecifications: [{ ResourceType: 'vpc', Tags: tags(stack) }],
  })
  return Vpc!.VpcId!
}
const vpcs = 'arn:aws:ec2:us-east-1:123456789012:vpc/*'

describe('a call in the sandbox', () => {
  it('is allowed everything where nobody says whose policy applies', async () => {
    expect(await vpcOf(account().as(undefined), 'ours')).toMatch(/^vpc-/)
  })

  it('is refused in the words of EC2, which name what is missing and where it belongs', async () => {
    const error = await vpcOf(account().as([]), 'ours').catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringMatching(
        /^You are not authorized to perform this operation\. User: \S+ is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:us-east-1:123456789012:vpc\/new because no identity-based policy allows the ec2:CreateVpc action .*provision policy up.*src\/policy\//,
      ),
    })
    expect(meaningOf(error)).toBe('denied')
  })

  it('needs a permission for the tags of what it creates as well', async () => {
    const create = { Action: ['ec2:CreateVpc'], Resource: [vpcs] }
    const { as } = account()
    await expect(vpcOf(as([create]), 'ours')).rejects.toThrow(/to perform: ec2:CreateTags/)
    const tag = {
      Action: ['ec2:CreateTags'],
      Resource: [vpcs],
      Condition: {
        StringEquals: { 'ec2:CreateAction': 'CreateVpc', 'aws:RequestTag/provision:stack': 'ours' },
      },
    }
    await expect(vpcOf(as([create, tag]), 'theirs')).rejects.toThrow(/ec2:CreateTags/)
    expect(await vpcOf(as([create, tag]), 'ours')).toMatch(/^vpc-/)
  })

  it('reaches only what carries the tag that its policy asks for', async () => {
    const { as } = account()
    const theirs = await vpcOf(as(undefined), 'theirs')
    const ours = await vpcOf(as(undefined), 'ours')
    const aws = as([
      {
        Action: ['ec2:DeleteVpc'],
        Resource: [vpcs],
        Condition: { StringEquals: { 'aws:ResourceTag/provision:stack': 'ours' } },
      },
    ])
    await expect(aws.ec2.deleteVpc({ VpcId: theirs })).rejects.toThrow(`vpc/${theirs}`)
    await aws.ec2.deleteVpc({ VpcId: ours })
  })

  it('hands a role only to the service that its policy names', async () => {
    const { as } = account()
    const family = {
      family: 'web',
      taskRoleArn: 'arn:aws:iam::123456789012:role/web',
      containerDefinitions: [{ name: 'web', image: 'web' }],
    }
    const register = {
      Action: ['ecs:RegisterTaskDefinition'],
      Resource: ['arn:aws:ecs:us-east-1:123456789012:task-definition/web:*'],
    }
    const pass = (service: string) => ({
      Action: ['iam:PassRole'],
      Resource: ['arn:aws:iam::123456789012:role/web'],
      Condition: { StringEquals: { 'iam:PassedToService': [service] } },
    })
    const refused = as([register, pass('ec2.amazonaws.com')]).ecs.registerTaskDefinition(family)
    await expect(refused).rejects.toThrow(/to perform: iam:PassRole on resource: \S+role\/web/)
  })
})
