import type { Address } from '../../src/resources/address.ts'
import type { Entry } from '../../src/state/entry.ts'
import type { Universe } from './universe.ts'

export type Announced = Pick<Entry, 'status' | 'deposed'>
type Line = { readonly address: Address; readonly entry: Announced | null } | { readonly service: string }

/**
 * What the ledger on the disk says at the instant of each look, also if the power failed then, for a look at every change that is sent. A journal that has only
 * grown since the last look is read on from there: to replay the whole of it each time took half of a life.
 */
export class Announcements {
  readonly #universe: Universe
  #base: string | undefined
  #journal = ''
  #entries: Promise<Map<Address, Announced>> | undefined

  constructor(universe: Universe) {
    this.#universe = universe
  }

  now(): Promise<ReadonlyMap<Address, Announced>> {
    const { onDisk, ledgerPath } = this.#universe
    const base = onDisk.get(ledgerPath)
    const journal = onDisk.get(`${ledgerPath}.journal`) ?? ''
    const grown = base !== undefined && base === this.#base && journal.startsWith(this.#journal)
    const known = grown && journal.endsWith('\n') ? this.#entries : undefined
    const added = journal.slice(this.#journal.length)
    this.#base = base
    this.#journal = journal
    this.#entries = known ? known.then(entries => withLines(entries, added)) : this.#read(onDisk)
    return this.#entries
  }

  async #read(onDisk: ReadonlyMap<string, string>): Promise<Map<Address, Announced>> {
    return new Map((await this.#universe.ledger(onDisk))?.entries)
  }
}

function withLines(entries: ReadonlyMap<Address, Announced>, added: string): Map<Address, Announced> {
  const after = new Map(entries)
  for (const text of added.split('\n').filter(Boolean)) {
    const line = JSON.parse(text) as Line
    if ('service' in line) continue
    if (line.entry) after.set(line.address, line.entry)
    else after.delete(line.address)
  }
  return after
}
