import { describe, expect, it } from 'vitest'
import { connect } from '../../src/aws/aws.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { rehearsal } from '../../src/sandbox/rehearsal.ts'
import { memoryFiles } from '../support/memory-files.ts'

const path = '/work/.provision/sandbox/aws.json'
const region = 'us-east-1'
const start = Date.UTC(2026, 0, 1)

/** One command on the sandbox of this folder. */
function command(files: ReturnType<typeof memoryFiles>, seed: number) {
  const random = seededRandom(seed)
  const { clock, embedded, change } = rehearsal({ path, region, files, random, start, pace: 0 })
  const { aws, close } = connect({ region, clock, random, embedded })
  const vpcs = async () => (await aws.ec2.describeVpcs({})).Vpcs!.map(({ VpcId }) => VpcId)
  const create = async (CidrBlock: string) => (await aws.ec2.createVpc({ CidrBlock })).Vpc!.VpcId
  return { clock, change, vpcs, create, close }
}

describe('two commands on one sandbox at the same time', () => {
  it('see and keep what the other one does, and time goes on for both', async () => {
    const files = memoryFiles()
    const [first, second] = [command(files, 1), command(files, 1)]
    await first.clock.sleep(600_000)
    const one = await first.create('10.0.0.0/16')
    expect(await second.vpcs()).toEqual([one])
    expect(second.clock.now()).toBeGreaterThanOrEqual(start + 600_000)
    const two = await second.create('10.1.0.0/16')
    expect(two).not.toBe(one)
    const three = await first.create('10.2.0.0/16')
    const later = command(files, 2)
    expect(await later.vpcs()).toEqual([one, two, three])
    expect(later.clock.now()).toBeGreaterThanOrEqual(start + 600_000)
    for (const { close } of [first, second, later]) close()
  })

  it('see what is changed in the account without a request', async () => {
    const files = memoryFiles()
    const [first, second] = [command(files, 1), command(files, 2)]
    const id = await first.create('10.0.0.0/16')
    second.change(world => world.table('ec2/vpc').delete(id!))
    expect(await first.vpcs()).toEqual([])
  })
})

describe('a damaged state of the sandbox', () => {
  it.each(['', '{"now": 1, "tab'])('is refused with what to do: %j', text => {
    const files = memoryFiles()
    files.replace(path, text)
    expect(() => command(files, 1)).toThrow(
      expect.objectContaining({
        code: 'failed',
        message: `the sandbox's state ${path} is damaged: it is not whole JSON`,
        hint: 'remove the folder /work/.provision/sandbox to start with a new sandbox',
      }),
    )
  })
})
