import { createInterface } from 'node:readline'
import { connect } from '../../src/aws/aws.ts'
import { realClock } from '../../src/effects/clock.ts'
import { nodeEffects } from '../../src/effects/node-effects.ts'
import { realRandom } from '../../src/effects/random.ts'
import { ProvisionError } from '../../src/errors.ts'
import { dynamoTable } from '../../src/state/dynamodb/client.ts'
import { dynamoLedger } from '../../src/state/dynamodb/ledger.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import type { LedgerWriter } from '../../src/state/ledger.ts'
import { header, ready } from '../support/ledger-samples.ts'

/**
 * A run in a process of its own, which does what its standard input says, line by line, and answers each line: `lock`,
 * `step NAME` (one call that changes AWS, then one entry), `entries COUNT`, `release`. Arguments: `file:PATH` or
 * `dynamodb:TABLE`, and the name of the host it believes to be on.
 */
const [place = '', hostName] = process.argv.slice(2)
const real = nodeEffects({}).host
// On another host there is another kernel.
const host = hostName ? { ...real, host: hostName, boot: { id: hostName, namespace: '1' } } : real
const common = {
  clock: realClock,
  random: realRandom,
  host,
  expect: { stack: 'shop', environment: 'production' },
}
const name = place.slice(place.indexOf(':') + 1)
const ledger = place.startsWith('file:')
  ? jsonLedger({ ...common, path: name, files: nodeEffects({}).files })
  : dynamoLedger({
      ...common,
      table: dynamoTable({ name, region: 'us-east-1' }, realClock),
      terms: { lease: 4000, beat: 400, look: 100, call: 1000 },
    })
let writer: LedgerWriter | undefined
const { aws } = connect({
  region: 'us-east-1',
  clock: realClock,
  random: realRandom,
  beforeWrite: async () => writer?.guard(),
})

async function obey(line: string): Promise<string> {
  const [order, argument = ''] = line.split(' ')
  switch (order) {
    case 'lock': {
      const { user, pid, boot } = host
      const started = real.startOf?.(pid)
      const me = { user, host: host.host, pid, since: Date.now(), command: 'provision up', tool: '1.0.0' }
      writer = await ledger.lock({ ...me, ...(boot && { boot }), ...(started && { started }) })
      if (!writer.content) await writer.begin(header)
      return 'locked'
    }
    case 'step':
      await aws.logs.putRetentionPolicy({ logGroupName: argument, retentionInDays: 7 })
      await writer!.put(argument, ready(argument))
      return 'stepped'
    case 'entries':
      for (let index = 0; index < Number(argument); index++) {
        const address = `network/${index}`
        await writer!.put(address, ready(address))
        process.stdout.write(`${address}\n`)
      }
      return 'entered'
    default:
      await writer?.release()
      return 'released'
  }
}

process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(line).catch((error: unknown) =>
    error instanceof ProvisionError ? `refused ${error.code}: ${error.message}` : `bug ${String(error)}`,
  )
  process.stdout.write(`${answer}\n`)
}
process.exit()
