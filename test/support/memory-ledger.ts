import { ProvisionError } from '../../src/errors.ts'
import type { Address } from '../../src/resources/address.ts'
import type { Entry, LedgerContent } from '../../src/state/entry.ts'
import type { Ledger, LockHolder, RunRecord } from '../../src/state/ledger.ts'
import { checked } from '../../src/state/refusals.ts'
import { replaced } from '../../src/state/release.ts'
import { releasesSchema } from '../../src/state/schema.ts'
import { recordOf } from '../../src/state/run-record.ts'

/** A ledger that forgets at the end of the process. Its holders count as dead when someone unlocks. */
export function memoryLedger(): Ledger {
  let content: LedgerContent | undefined
  let holder: LockHolder | undefined
  let locks = 0
  const runs = new Map<string, RunRecord>()
  const whole = () => content && checked(content, 'memory', content.header)
  const locked = (message: string) => new ProvisionError({ code: 'locked', message, hint: 'Wait' })
  return {
    location: 'memory',
    copyable: false,
    read: async () => whole(),
    holder: async () => holder,
    history: async () => [...runs.values()].toReversed(),
    async unlock(id, by) {
      if (holder?.id !== id) throw locked(`not locked under ${id}`)
      holder = undefined
      const serial = content?.serial ?? 0
      const record = { id: `lock-${++locks}`, ...by }
      runs.set(record.id, recordOf(record, serial, { at: by.since, outcome: 'done', serial }))
    },
    async lock(asked, { anew = false } = {}) {
      if (holder) throw locked(`locked by ${holder.user}`)
      const id = `lock-${++locks}`
      const mine = { id, ...asked }
      let view = anew ? undefined : whole()
      holder = mine
      const from = view?.serial ?? 0
      const held = () => {
        if (holder?.id !== id) throw locked('the lock is no longer ours')
      }
      return {
        get content() {
          return view
        },
        async guard() {
          held()
        },
        async begin(header, after = 0) {
          held()
          const serial = Math.max(view?.serial ?? 0, after) + 1
          content = view = { entries: new Map(), ...view, header, serial }
        },
        async put(address: Address, entry: Entry | undefined) {
          held()
          if (!view) throw new Error(`put(${address}) before begin`)
          const entries = new Map(view.entries)
          if (entry) entries.set(address, entry)
          else entries.delete(address)
          content = view = { ...view, serial: view.serial + 1, entries }
        },
        async note(outcome) {
          const serial = view?.serial ?? 0
          runs.set(id, recordOf(mine, from, outcome && { at: asked.since, outcome, serial }))
        },
        async putReleases(service, releases) {
          held()
          if (!view) throw new Error(`putReleases(${service}) before begin`)
          const { releases: before, ...rest } = view
          const next = replaced(before, service, releasesSchema.parse(releases))
          content = view = { ...rest, serial: view.serial + 1, ...(next && { releases: next }) }
        },
        async release() {
          if (holder?.id === id) holder = undefined
        },
      }
    },
  }
}
