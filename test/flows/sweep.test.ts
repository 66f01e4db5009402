import { describe, expect, it } from 'vitest'
import { stackTag, environmentTag } from '../../src/aws/tags.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import { tagged } from '../../src/sandbox/tagged.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const asked = ({ calls }: Awaited<ReturnType<Life['teardown']>>) =>
  calls.filter(({ operation }) => operation === 'GetResources').map(({ service }) => service)

/** In Ireland, with CloudFront before a bucket where `cdn` says so. */
async function risen(cdn: boolean): Promise<Life> {
  const life = liveWith('minimal')
  life.edit('region: us-east-1', 'region: eu-west-1')
  if (cdn) life.edit('services:', 'buckets: { media: { cdn: true } }\nservices:')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

const forgotten = 'arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL'

/** A distribution that nobody remembers. */
const forget = (life: Life) =>
  life.meanwhile((_aws, world) =>
    tagged(world).set(forgotten, { [stackTag]: 'hello', [environmentTag]: 'dev' }),
  )

describe('the sweep at the end of a teardown', () => {
  it('looks in us-east-1 as well, where AWS lists what has no region', async () => {
    const life = await risen(true)
    const clean = await life.teardown({ deleteData: ['all'] })
    expect(clean.err).toContain('Nothing tagged hello/dev is left in this region or in us-east-1.')
    expect(asked(clean)).toEqual(expect.arrayContaining(['tagging', 'taggingUsEast1']))

    await life.up()
    await forget(life)
    const { out, err } = await life.teardown({ deleteData: ['all'] })
    expect(err).toContain('Still tagged hello/dev:')
    expect(out).toBe(`${forgotten}\n`)
  })

  it('leaves that region alone where the stack has nothing there', async () => {
    const life = await risen(false)
    const ended = await life.teardown()
    expect(ended.err).toContain('is left in this region.')
    expect(asked(ended)).not.toContain('taggingUsEast1')
  })

  it('does not fail where the account allows nothing outside its region', async () => {
    const life = await risen(true)
    const { code, err } = await life.teardown({
      deleteData: ['all'],
      faults: {
        before: ({ service, operation }) => {
          if (service === 'taggingUsEast1' && operation === 'GetResources')
            throw awsFault('AccessDeniedException', 'explicit deny in a service control policy')
        },
      },
    })
    expect([code, err]).toEqual([0, expect.stringContaining('could not be asked for')])
    expect(err).toContain('Nothing tagged hello/dev is left in this region.')
  })

  it('names what only looks like something that this run has deleted', async () => {
    const life = await risen(false)
    const ids = [...(await life.ledger())!.entries.values()]
      .flatMap(entry => ('attributes' in entry ? Object.values(entry.attributes) : []))
      .filter(value => typeof value === 'string' && value !== '')
      .map(String)
      // Deregistered task definitions stay listed for good, and are no leftovers.
      .filter(id => !id.includes(':task-definition/'))
    expect(ids.length).toBeGreaterThan(20)
    expect(ids).toContain('web')
    const thing = 'arn:aws:example:eu-west-1:123456789012:thing'
    const alike = [
      ...[...new Set(ids)].flatMap(id => [`${thing}/${id}-copy`, `${thing}-of-${id}`]),
      'arn:aws:logs:eu-west-1:123456789012:log-group:/batch/web',
    ]
    await life.meanwhile((_aws, world) => {
      for (const arn of alike) tagged(world).set(arn, { [stackTag]: 'hello', [environmentTag]: 'dev' })
    })
    const { code, out, err } = await life.teardown()
    expect([code, err]).toEqual([0, expect.stringContaining('Still tagged hello/dev:')])
    expect(out.trimEnd().split('\n')).toEqual(alike.toSorted())
  })
})
