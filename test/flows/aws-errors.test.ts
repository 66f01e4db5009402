import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import { liveOn, liveWith } from '../support/life.ts'

/** The first answers to an operation, each an error; later ones are as usual. */
function answering(operation: string, ...errors: readonly Error[]): Faults & { readonly left: () => number } {
  const left = [...errors]
  return {
    before: call => {
      const error = call.operation === operation ? left.shift() : undefined
      if (error) throw error
    },
    left: () => left.length,
  }
}

describe('an error that AWS gives in the middle of a run', () => {
  it('is waited out while ECS counts a service that has left as a user of a capacity provider', async () => {
    const life = liveWith('ecs-on-ec2')
    expect((await life.up()).code).toBe(0)
    const faults = answering(
      'PutClusterCapacityProviders',
      awsFault('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.'),
      awsFault('ClientException', 'Cluster was not ACTIVE'),
    )
    const { code, err } = await life.teardown({ deleteData: ['all'], faults })
    expect([code, faults.left(), err]).toEqual([0, 0, err])
  })

  it('is waited out while EC2 Auto Scaling does not see the launch template yet', async () => {
    const faults = answering(
      'CreateAutoScalingGroup',
      awsFault(
        'ValidationError',
        'You must use a valid fully-formed launch template. The specified launch template, with template ID lt-0a1b, does not exist.',
      ),
    )
    const { code, err } = await liveWith('ecs-on-ec2').up({ faults })
    expect([code, faults.left(), err]).toEqual([0, 0, err])
  })

  it('means that a bucket is there already where the answer to its creation was lost', async () => {
    const life = liveOn('stack: shop\nenvironment: dev\nregion: eu-west-1\nbuckets:\n  media: {}\n', 'dev')
    let [lost, unseen, refused] = [0, 0, 0]
    const faults: Faults = {
      before: ({ operation }) => {
        if (operation === 'HeadBucket' && lost > 0 && refused === 0 && unseen++ < 3)
          throw awsFault('NotFound', 'UnknownError', { status: 404 })
        if (operation === 'CreateBucket' && lost > 0) refused++
      },
      after: ({ operation }) => {
        if (operation === 'CreateBucket' && lost++ === 0)
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
      },
    }
    const { code, err } = await life.up({ faults })
    expect([code, lost, unseen, refused, err]).toEqual([0, 1, 3, 1, err])
    expect(await life.planned()).toEqual([])
  })

  it('ends at once where a service control policy of the organisation denies the call', async () => {
    let asked = 0
    const faults: Faults = {
      before: ({ operation }) => {
        if (operation !== 'CreateRole') return
        asked++
        throw awsFault(
          'AccessDenied',
          'User: x is not authorized to perform: iam:PassRole on resource: y with an explicit deny in a service control policy',
        )
      },
    }
    const { code, err, calls } = await liveWith('minimal').up({ faults })
    const roles = calls.filter(({ operation }) => operation === 'CreateRole')
    expect([code, roles.length]).toEqual([1, asked])
    expect(new Set(roles.map(({ input }) => (input as { RoleName: string }).RoleName)).size).toBe(asked)
    expect(err).toMatch(/a policy of the AWS organisation forbids iam:CreateRole/)
  })
})
