import { ProvisionError } from '../../src/errors.ts'
import type { Address } from '../../src/resources/address.ts'
import type { Entry, LedgerContent } from '../../src/state/entry.ts'
import type { Ledger, LockHolder } from '../../src/state/ledger.ts'

/** A ledger that forgets at the end of the process. Its holders count as dead when someone unlocks. */
export function memoryLedger(): Ledger {
  let content: LedgerContent | undefined
  let holder: LockHolder | undefined
  let locks = 0
  const locked = (message: string) => new ProvisionError({ code: 'locked', message, hint: 'Wait' })
  return {
    location: 'memory',
    read: async () => content,
    holder: async () => holder,
    async unlock(id) {
      if (holder?.id !== id) throw locked(`not locked under ${id}`)
      holder = undefined
    },
    async lock(asked) {
      if (holder) throw locked(`locked by ${holder.user}`)
      const id = `lock-${++locks}`
      holder = { id, ...asked }
      const held = () => {
        if (holder?.id !== id) throw locked('the lock is no longer ours')
      }
      return {
        get content() {
          return content
        },
        async begin(header) {
          held()
          content = { entries: new Map(), ...content, header, serial: (content?.serial ?? 0) + 1 }
        },
        async put(address: Address, entry: Entry | undefined) {
          held()
          if (!content) throw new Error(`put(${address}) before begin`)
          const entries = new Map(content.entries)
          if (entry) entries.set(address, entry)
          else entries.delete(address)
          content = { ...content, serial: content.serial + 1, entries }
        },
        async putReleases(service, releases) {
          held()
          if (!content) throw new Error(`putReleases(${service}) before begin`)
          const { [service]: _, ...others } = content.releases ?? {}
          const next = releases.length > 0 ? { ...others, [service]: releases } : others
          const { releases: _old, ...rest } = content
          content = {
            ...rest,
            serial: content.serial + 1,
            ...(Object.keys(next).length > 0 && { releases: next }),
          }
        },
        async release() {
          if (holder?.id === id) holder = undefined
        },
      }
    },
  }
}
