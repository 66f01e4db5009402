import type { Random } from '../../src/effects/random.ts'
import { seededRandom } from '../../src/effects/random.ts'
import type { Document } from './document.ts'
import { identityOf } from './document.ts'
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
  const random = randomFor(document, seed)
  const all = editsOf(document)
  const any = () => all[Math.floor(random.number() * all.length)]!
  const pairs = new Map<string, Edit>()
  while (pairs.size < count) {
    const pair = both(document, any(), any())
    if (pair) pairs.set(pair.id, pair)
  }
  return [...pairs.values()]
}

/** Every edit of a config, in an order that the seed decides. */
export function shuffledEditsOf(document: Document, seed: number): Edit[] {
  const random = randomFor(document, seed)
  return editsOf(document)
    .map(edit => ({ edit, lot: random.number() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ edit }) => edit)
}

/** Another source for each config: the first edits of all of them are about the same. */
function randomFor(document: Document, seed: number): Random {
  const { stack, environment } = identityOf(document)
  const own = [...`${stack}/${environment}`].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)
  return seededRandom((own % 1_000_000) + seed)
}
