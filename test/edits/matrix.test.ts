import { describe, expect, it } from 'vitest'
import { documentOf, subjects, titleOf } from './document.ts'
import { editsOf, pairsOf, shuffled } from './generator.ts'
import { baseOf } from './base.ts'
import { live, liveWithFailure } from './matrix.ts'

/** `npm run edits` lives through all of them; here it is so many of each example. */
const sample = { single: 5, pairs: 1, denied: 2 }
const seed = Number(process.env['SIM_SEED'] ?? 1)

describe.each(subjects().map(subject => [titleOf(subject), subject] as const))('%s', (_title, subject) => {
  const all = shuffled(editsOf(documentOf(subject)), seed)
  const pairs = pairsOf(documentOf(subject), sample.pairs, seed)

  it.each([...all.slice(0, sample.single), ...pairs].map(edit => [edit.id, edit] as const))(
    '%s',
    async (_id, edit) => {
      const { findings } = await live(await baseOf(subject), edit, seed)
      expect(findings).toEqual([])
    },
  )

  it(`${sample.denied} edits that fail half way are taken back`, async () => {
    const base = await baseOf(subject)
    const found: string[] = []
    let failed = 0
    for (const edit of all) {
      const result = await liveWithFailure(base, edit, seed)
      if (!result) continue
      found.push(...result.findings.map(finding => `${result.edit}: ${finding}`))
      if (++failed === sample.denied) break
    }
    expect(found).toEqual([])
    expect(failed).toBe(sample.denied)
  })
})
