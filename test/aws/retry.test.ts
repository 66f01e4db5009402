import { describe, expect, it } from 'vitest'
import { isRead, withRetries } from '../../src/aws/retry.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { awsFault } from '../../src/sandbox/fault.ts'

const throttled = () => awsFault('ThrottlingException', 'Rate exceeded')
const lost = () => awsFault('InternalError', 'try again', { status: 500 })
const absent = () => awsFault('InvalidVpcID.NotFound', 'no such vpc')
const unknown = () => awsFault('ClientException', 'ECS was unable to assume the role')
const inUse = () => awsFault('DependencyViolation', 'has dependencies')

async function attempt(operation: string, fault: () => Error, times: number, parentsAreFresh = false) {
  const clock = new VirtualClock({ start: 0 })
  let made = 0
  const work = async () => {
    if (++made <= times) throw fault()
    return 'done'
  }
  const options = { clock, random: seededRandom(1), operation, parentsAreFresh, onRetry: () => undefined }
  const result = await withRetries(work, options).catch((error: Error) => error.name)
  return { result, made, seconds: clock.now() / 1000 }
}

describe('retrying a call to AWS', () => {
  it.each([
    ['a throttled write', 'createVpc', throttled],
    ['a read with an unclear outcome', 'describeVpcs', lost],
  ] as const)('goes on with %s', async (_what, operation, fault) => {
    expect(await attempt(operation, fault, 3)).toMatchObject({ result: 'done', made: 4 })
  })

  it.each([
    ['a write with an unclear outcome', 'createVpc', lost],
    ['what is not there', 'createSubnet', absent],
    ['a read of what is not there', 'describeVpcs', absent],
    ['a write to something in use', 'createSubnet', inUse],
    ['a deletion of something in use, which the engine first asks about', 'deleteSubnet', inUse],
    ['what is not permitted', 'createVpc', () => awsFault('UnauthorizedOperation', 'no')],
  ] as const)('does not repeat %s', async (_what, operation, fault) => {
    expect((await attempt(operation, fault, 3)).made).toBe(1)
  })

  it('is patient with a parent made a moment ago, but not in deletions', async () => {
    expect(await attempt('createSubnet', absent, 3, true)).toMatchObject({ result: 'done', made: 4 })
    expect(await attempt('deleteSubnet', absent, 3, true)).toMatchObject({ made: 1 })
  })

  it('gives up when AWS’s usual time for that trouble is over', async () => {
    const { result, seconds } = await attempt('createSubnet', absent, Infinity, true)
    expect(result).toBe('InvalidVpcID.NotFound')
    expect(seconds).toBeGreaterThan(280)
    expect(seconds).toBeLessThanOrEqual(300)
  })

  it('asks for what is refused as unknown again when it usually is known, and then soon after', async () => {
    const clock = new VirtualClock({ start: 0 })
    const asked: number[] = []
    const work = async () => {
      asked.push(clock.monotonic())
      if (asked.length < 4) throw unknown()
    }
    const fresh = { parentsAreFresh: true, knownAt: 8000 }
    await withRetries(work, {
      ...fresh,
      clock,
      random: seededRandom(1),
      operation: 'registerTaskDefinition',
      onRetry: () => undefined,
    })
    expect(asked).toEqual([0, 8000, 9000, 11_000])
  })

  it('takes what describes, gets and lists for reads', () => {
    expect(['describeVpcs', 'getRole', 'listTags', 'batchGetImage'].every(isRead)).toBe(true)
    expect(['createVpc', 'putRolePolicy', 'deleteVpc', 'registerTaskDefinition'].some(isRead)).toBe(false)
  })
})
