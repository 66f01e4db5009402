import { seededRandom } from '../../src/effects/random.ts'
import type { Document } from './document.ts'
import type { Edit } from './edit.ts'
import { both } from './edit.ts'
import { fieldEdits } from './fields.ts'

/** Every edit of a config: of each field, of each named item; each once, and none that changes nothing. */
export function editsOf(document: Document): Edit[] {
  const before = JSON.stringify(document)
  const all = fieldEdits(document).filter(({ after }) => JSON.stringify(after) !== before)
  return [...new Map(all.map(edit => [edit.id, edit])).values()]
}

/** So many pairs of edits, chosen by a seed. */
export function pairsOf(document: Document, count: number, seed: number): Edit[] {
  const random = seededRandom(seed)
  const all = editsOf(document)
  const any = () => all[Math.floor(random.number() * all.length)]!
  const pairs = new Map<string, Edit>()
  while (pairs.size < count) {
    const pair = both(document, any(), any())
    if (pair) pairs.set(pair.id, pair)
  }
  return [...pairs.values()]
}

/** The same edits in an order that the seed decides. */
export function shuffled<T>(all: readonly T[], seed: number): T[] {
  const random = seededRandom(seed)
  return all
    .map(one => ({ one, lot: random.number() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ one }) => one)
}
