import { describe, expect, it } from 'vitest'
import { identityTags } from '../../src/aws/tags.ts'
import { outputs, status } from '../../src/commands/status.ts'
import { liveWith } from '../support/life.ts'

const controls = /(?!\n)\p{Cc}|\p{Bidi_Control}/u

describe('what status prints', () => {
  it('cannot be coloured, moved or reordered by a name in AWS', async () => {
    const life = liveWith('minimal')
    await life.up()
    const hostile = 'evil\u001b[31m\u001b[2J\r\u202Eknown'
    const address = 'old/vpc'
    let vpcId = ''
    await life.meanwhile(async aws => {
      const { header } = (await life.ledger())!
      const tags = identityTags({ stack: 'hello', environment: 'dev' }, header.lineage, address)
      const Tags = Object.entries({ ...tags, Name: hostile }).map(([Key, Value]) => ({ Key, Value }))
      const { Vpc } = await aws.ec2.createVpc({
        CidrBlock: '10.9.0.0/16',
        TagSpecifications: [{ ResourceType: 'vpc', Tags }],
      })
      vpcId = Vpc!.VpcId!
    })
    await life.forge({
      address,
      type: 'ec2/vpc',
      status: 'ready',
      attributes: { vpcId },
      props: { cidrBlock: '10.9.0.0/16' },
      tags: {},
      dependsOn: [],
      generation: 1,
      deposed: [],
    })
    const { out, err } = await life.run(status)
    expect(out).toMatch(/old\/vpc +.*evil/)
    expect(out + err).not.toMatch(controls)
  })

  it('has a row for what plans refuse', async () => {
    const life = liveWith('minimal')
    await life.meanwhile(aws => aws.logs.createLogGroup({ logGroupName: '/ecs/hello-dev/web' }))
    const { out } = await life.run(status)
    expect(out).toMatch(/observability\/web\.logs +refused: .*does not belong to this stack/)
  })

  it('is safe where outputs are shown by name', async () => {
    const life = liveWith('minimal')
    await life.up()
    const { err } = await life.run((options, context) =>
      outputs({ ...options, name: '\u001b[2Jurl' }, context),
    )
    expect(err).toContain('there is no output url')
    expect(err).not.toMatch(controls)
  })
})
