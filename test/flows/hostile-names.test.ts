import { dirname, resolve } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Effects } from '../../src/effects/effects.ts'
import type { Files } from '../../src/effects/files.ts'
import { ProvisionError } from '../../src/errors.ts'
import { openSession } from '../../src/session.ts'
import { liveWith } from '../support/life.ts'
import { asking, header, ready } from '../support/ledger-samples.ts'
import { memoryFiles } from '../support/memory-files.ts'

const folder = '/work'
const home = `${folder}/.provision`

/** What leads elsewhere on one system or another, and what is harmless. */
const pieces = [
  '..',
  '/',
  '\\',
  '\0',
  'C:',
  'con',
  '~',
  '.',
  '%2e%2e',
  '\n',
  '\u202e',
  ' ',
  '-',
  'a',
  'shop',
  '7',
]
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map(parts => parts.join(''))
/** Half of the time what is allowed, so that the others are looked at as well. */
const name = fc.oneof(hostile, fc.constant('shop'))
const place = fc.oneof(
  fc.constant(undefined),
  hostile.map(path => `file:${path}`),
  hostile.map(table => `dynamodb:${table}`),
  hostile,
)

interface Typed {
  readonly stack: string
  readonly environment: string
  readonly asked: string | undefined
  readonly flag: string | undefined
  readonly configured: string | undefined
  readonly sandbox: boolean
}

/** Every path that a session on this config writes to, from taking the lock to letting it go. */
async function written({ stack, environment, asked, flag, configured, sandbox }: Typed, effects: Effects) {
  const config = { stack, environment, region: 'us-east-1', ...(configured ? { ledger: configured } : {}) }
  const paths: string[] = []
  const files = recording({ [`${folder}/provision.json`]: JSON.stringify(config) }, paths)
  const session = await openSession(
    { config: 'provision.json', environment: asked, ledger: flag, sandbox },
    { ...effects, files, cwd: folder },
    { command: undefined },
  )
  try {
    const writer = await session.ledger.lock(asking)
    await writer.begin({ ...header, stack: session.config.stack, environment: session.environment })
    await writer.note()
    await writer.put('network/vpc', ready('network/vpc'))
    await writer.note('done')
    await writer.release()
  } finally {
    session.close()
  }
  return { paths, table: !session.ledger.copyable }
}

function recording(contents: Readonly<Record<string, string>>, paths: string[]): Files {
  const files = memoryFiles(contents)
  const noting =
    <Rest extends readonly unknown[], T>(work: (path: string, ...rest: Rest) => T) =>
    (path: string, ...rest: Rest): T => {
      paths.push(path)
      return work(path, ...rest)
    }
  return {
    ...files,
    replace: noting(files.replace),
    append: noting(files.append),
    appendDurably: noting(files.appendDurably),
    createExclusively: noting(files.createExclusively),
    remove: noting(files.remove),
    makeFolder: noting(files.makeFolder),
  }
}

async function effectsOf(): Promise<Effects> {
  let own: Effects | undefined
  await liveWith('minimal').run(async (_options, { effects }) => {
    own = effects
    return 0
  })
  return own!
}

it('names and places that lead elsewhere are refused, or written to where the ledger is and nowhere else', async () => {
  const effects = await effectsOf()
  let wrote = 0
  const typed = fc.record({
    stack: name,
    environment: name,
    asked: fc.oneof(fc.constant(undefined), hostile),
    flag: place,
    configured: place,
    sandbox: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(typed, async what => {
      const outcome = await written(what, effects).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(ProvisionError)
        return
      }
      const { paths, table } = outcome as Awaited<ReturnType<typeof written>>
      wrote += paths.length
      // A rehearsal keeps its AWS beside the config, wherever the ledger is.
      if (table) {
        expect(paths.filter(path => path !== `${home}/sandbox`)).toEqual([])
        return
      }
      const named = what.flag ?? (what.sandbox ? undefined : what.configured || undefined)
      const ledger = named === undefined ? undefined : resolve(folder, named.slice('file:'.length))
      for (const path of paths) {
        expect(path).toBe(resolve(path))
        // A rehearsal keeps its AWS beside the config.
        const ours = ledger === undefined ? home : what.sandbox ? `${home}/sandbox` : undefined
        const beside = ours !== undefined && `${path}/`.startsWith(`${ours}/`)
        const itself = path === ledger || path.startsWith(`${ledger}.`) || path === dirname(ledger ?? '')
        expect(beside || itself, path).toBe(true)
      }
    }),
    { numRuns: 1000 },
  )
  // Some thirty of a thousand are allowed, with some ten writes each.
  expect(wrote).toBeGreaterThan(50)
})
