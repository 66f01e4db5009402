import { describe, expect, it } from 'vitest'
import { baseOf } from './base.ts'
import { subjects, titleOf } from './document.ts'
import { chosenEdits } from './exploration.ts'
import { live, liveWithFailure } from './matrix.ts'

/** `npm run edits` lives through all of them; here it is so many of each example. */
const sample = { single: 4, pairs: 1, released: 1, denied: 2 }
const seed = Number(process.env['SIM_SEED'] ?? 1)

describe.each(subjects().map(subject => [titleOf(subject), subject] as const))('%s', (_title, subject) => {
  const single = chosenEdits(subject, { seed, sample: sample.single })
  const pairs = chosenEdits(subject, { seed, pairs: sample.pairs })

  it.each([...single, ...pairs].map(edit => [edit.id, edit] as const))('%s', async (_id, edit) => {
    const { findings } = await live(await baseOf(subject), edit, seed)
    expect(findings).toEqual([])
  })

  const released = chosenEdits(subject, { seed: seed + 1, sample: sample.released })
  it.each(released.map(edit => [edit.id, edit] as const))('after a release: %s', async (_id, edit) => {
    const { findings } = await live(await baseOf(subject, { released: true }), edit, seed)
    expect(findings).toEqual([])
  })

  it(`${sample.denied} edits that fail half way are taken back`, async () => {
    const base = await baseOf(subject)
    const found: string[] = []
    let failed = 0
    // Many edits are refused before they make any call.
    for (const edit of chosenEdits(subject, { seed, sample: 100 })) {
      const result = await liveWithFailure(base, edit, seed)
      if (!result) continue
      found.push(...result.findings.map(finding => `${result.edit}: ${finding}`))
      if (++failed === sample.denied) break
    }
    expect(found).toEqual([])
    expect(failed).toBe(sample.denied)
  })
})
