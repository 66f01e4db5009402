import { describe, expect, it } from 'vitest'
import { allPages } from '../../src/aws/pages.ts'

/** A list that answers with these markers, one after the other. */
function listWith(markers: readonly (string | undefined)[]) {
  const asked: (string | undefined)[] = []
  const rows = allPages(async marker => {
    asked.push(marker)
    return { rows: [asked.length], next: markers[asked.length - 1] }
  })
  return { asked, rows }
}

describe('a list in pages', () => {
  it('is read to its end, however short or empty its pages are', async () => {
    const { rows, asked } = listWith(['a', 'b', ''])
    expect(await rows).toEqual([1, 2, 3])
    expect(asked).toEqual([undefined, 'a', 'b'])
    expect(await allPages(async marker => ({ rows: undefined, next: marker ? undefined : 'a' }))).toEqual([])
  })

  it('is refused when it comes back to an earlier page', async () => {
    await expect(listWith(['a', 'a']).rows).rejects.toThrow(/came back/)
    const { rows, asked } = listWith(['a', 'b', 'c', 'a'])
    await expect(rows).rejects.toThrow(/came back/)
    expect(asked).toHaveLength(4)
  })

  it('is refused when it never ends', async () => {
    let calls = 0
    const endless = allPages(async () => ({ rows: [0], next: String(++calls) }))
    await expect(endless).rejects.toThrow(/more than 1000 pages/)
    expect(calls).toBe(1000)
  })
})
