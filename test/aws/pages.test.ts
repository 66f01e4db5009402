import { describe, expect, it } from 'vitest'
import { allPages, eachPage } from '../../src/aws/pages.ts'

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

  it('goes on from whatever the service goes on from, and is refused when that comes back', async () => {
    const keys = [{ name: 'a' }, { name: 'b' }, { name: 'a' }]
    const asked: ({ readonly name: string } | undefined)[] = []
    const rows = allPages<number, { readonly name: string }>(async from => {
      asked.push(from)
      return { rows: [asked.length], next: keys[asked.length - 1] }
    })
    await expect(rows).rejects.toThrow(/came back/)
    expect(asked).toEqual([undefined, { name: 'a' }, { name: 'b' }])
  })

  it('that is visited and not gathered may be as long as it likes, and must not come back either', async () => {
    let visits = 0
    await eachPage(async () => (++visits < 1500 ? String(visits) : undefined))
    expect(visits).toBe(1500)
    await expect(eachPage(async () => 'a')).rejects.toThrow(/came back/)
  })

  it('is refused when it never ends', async () => {
    let calls = 0
    const endless = allPages(async () => ({ rows: [0], next: String(++calls) }))
    await expect(endless).rejects.toThrow(/more than 1000 pages/)
    expect(calls).toBe(1000)
  })
})
