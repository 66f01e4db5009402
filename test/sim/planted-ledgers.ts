import type { Entry } from '../../src/state/entry.ts'
import type * as Terms from '../../src/state/dynamodb/terms.ts'
import type * as TableWriter from '../../src/state/dynamodb/writer.ts'
import type * as JsonLedger from '../../src/state/json/ledger.ts'
import type * as Lock from '../../src/state/json/lock.ts'
import type { LedgerWriter } from '../../src/state/ledger.ts'
import type { PlantedBug } from './planted-bug.ts'
import { at } from './planted-bug.ts'

/** A writer with other methods; its content is still its own. */
const changed = (writer: LedgerWriter, change: Partial<LedgerWriter>): LedgerWriter =>
  new Proxy(writer, {
    get: (target, name) => Reflect.get(name in change ? change : target, name) as unknown,
  })

/** A ledger whose writer is not what it should be. */
const writing = (change: (writer: LedgerWriter) => Partial<LedgerWriter>) => ({
  module: 'state/json/ledger.ts',
  plant: ({ jsonLedger }: typeof JsonLedger) => ({
    jsonLedger: (options: Parameters<typeof jsonLedger>[0]) => {
      const ledger = jsonLedger(options)
      const lock = async (...args: Parameters<typeof ledger.lock>) => {
        const writer = await ledger.lock(...args)
        return changed(writer, change(writer))
      }
      return { ...ledger, lock }
    },
  }),
})

/** A writer that does not write entries of one status. */
const forgetting = (status: Entry['status']) =>
  writing(writer => ({
    put: async (address, entry) => {
      if (entry?.status !== status) await writer.put(address, entry)
    },
  }))

/** Mistakes in how the ledger is written, locked and fenced. */
export const ledgerBugs: readonly PlantedBug[] = [
  { name: 'no intent before a creation', ...forgetting('creating'), prey: at('build', /throttled/) },
  { name: 'no intent before a deletion', ...forgetting('deleting'), prey: at('remove', /throttled/) },
  {
    name: 'a write that says it is done and is not',
    ...writing(writer => {
      const later: Parameters<LedgerWriter['put']>[] = []
      return {
        put: async (...write) => void later.push(write),
        release: async () => {
          for (const write of later) await writer.put(...write)
          await writer.release()
        },
      }
    }),
    prey: at('build', /throttled/),
  },
  {
    name: 'a disk that is full, and nobody cares',
    ...writing(writer => ({ put: (...write) => writer.put(...write).catch(() => undefined) })),
    prey: at('build', /disk (full|error)/),
  },
  {
    name: 'a journal that is not on disk when its write returns',
    module: 'state/json/ledger.ts',
    plant: ({ jsonLedger }: typeof JsonLedger) => ({
      jsonLedger: (options: Parameters<typeof jsonLedger>[0]) => {
        const { files } = options
        const appendDurably = async (path: string, text: string) => files.append(path, text)
        return jsonLedger({ ...options, files: { ...files, appendDurably } })
      },
    }),
    prey: at('build', /kill/),
  },
  {
    name: 'a lock that lets everyone in',
    module: 'state/json/lock.ts',
    plant: ({ fileLock }: typeof Lock) => ({
      fileLock: (options: Lock.LockOptions) => {
        const lock = fileLock(options)
        const take = (...args: Parameters<typeof lock.take>) => {
          options.files.remove(`${options.path}.lock`)
          return lock.take(...args)
        }
        return { ...lock, take }
      },
    }),
    prey: [scenarios => scenarios.twoRunners(1, 120_000)],
  },
  {
    name: 'a lock that outlives its dead holder',
    module: 'state/json/lock.ts',
    plant: ({ fileLock }: typeof Lock) => ({
      fileLock: (options: Lock.LockOptions) =>
        fileLock({ ...options, host: { ...options.host, isAlive: () => true } }),
    }),
    prey: at('build', /kill/),
  },
  {
    name: 'writes that only ask whether someone holds the lock',
    store: 'dynamodb',
    module: 'state/dynamodb/lock.ts',
    plant: () => ({ stillHeld: () => ({ held: true }) }),
    prey: at('takeover', /paused 90 s/),
  },
  {
    name: 'changes that ask no lease',
    store: 'dynamodb',
    module: 'state/dynamodb/writer.ts',
    plant: ({ tableWriter }: typeof TableWriter) => ({
      tableWriter: (options: Parameters<typeof tableWriter>[0]) =>
        changed(tableWriter(options), { guard: async () => undefined }),
    }),
    prey: at('takeover', /paused 90 s/, /table/),
  },
  {
    name: 'changes that may still be on their way when the lease is over',
    store: 'dynamodb',
    module: 'state/dynamodb/terms.ts',
    plant: ({ usualTerms }: typeof Terms) => ({ usualTerms: { ...usualTerms, call: 1000 } }),
    prey: at('takeover', /paused 40 s/, /table/),
  },
  {
    name: 'a heartbeat by the wall clock',
    store: 'dynamodb',
    module: 'state/dynamodb/terms.ts',
    plant: () => ({
      since: (moment: Terms.Moment, clock: { now(): number }) => clock.now() - moment.wall,
    }),
    prey: at('takeover', /clock set back/),
  },
]
