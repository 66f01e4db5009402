import { describe, expect, it } from 'vitest'
import { htmlOf } from '../../src/docs/html.ts'
import { markdownOf } from '../../src/docs/markdown.ts'
import type { Paper } from '../../src/docs/paper.ts'
import { svgOf } from '../../src/docs/svg.ts'

const hostile = '<script>alert("1")</script> & \'x\' | `y` \\N %3C'
const paper: Paper = {
  title: hostile,
  subtitle: hostile,
  sections: [
    {
      id: 'all',
      title: hostile,
      blocks: [
        { kind: 'text', text: hostile },
        { kind: 'heading', text: hostile },
        { kind: 'facts', rows: [[hostile, hostile]] },
        {
          kind: 'table',
          head: [hostile],
          rows: [[hostile], [{ text: hostile, href: 'javascript:alert(1)' }]],
        },
        { kind: 'list', ordered: false, entries: [hostile, { text: 'x', href: 'https://a/"><script>|)' }] },
        { kind: 'tree', branches: [{ text: hostile, branches: [{ text: '```', branches: [] }] }] },
        { kind: 'diagram' },
      ],
    },
  ],
}

describe('what AWS or a config says', () => {
  it('is text in the page, never markup', () => {
    const html = htmlOf(paper, '<svg></svg>')
    expect(html).not.toContain('<script')
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;')
  })

  it('leads only to the web', () => {
    expect(htmlOf(paper, '')).not.toContain('javascript:')
    expect(markdownOf(paper, 'a.svg')).not.toContain('javascript:')
    expect(htmlOf(paper, '')).toContain('href="https://a/&quot;&gt;&lt;script&gt;|)"')
  })

  it('is text in Markdown, and stays in its cell and in its fence', () => {
    const markdown = markdownOf(paper, 'a.svg')
    const [tree = ''] = /^````text[\s\S]*^````$/m.exec(markdown) ?? []
    expect(tree).toContain('```')
    const outside = markdown.replace(tree, '')
    expect(outside).not.toContain('<script')
    const rows = outside.split('\n').filter(line => line.startsWith('|'))
    const cells = (row: string) => row.split(/(?<!\\)\|/).length - 2
    expect(rows.map(cells)).toEqual([2, 2, 2, 1, 1, 1, 1])
  })

  it('is text in the diagram', async () => {
    const shape = { id: 'a', lines: [hostile], look: 'data', planned: false } as const
    const frame = { id: 'vpc', lines: [hostile], look: 'vpc', shapes: [shape], frames: [] } as const
    const outside = { ...shape, id: hostile }
    const line = { from: hostile, to: 'a', text: hostile, aside: false }
    const svg = await svgOf({ outside: [outside], frames: [frame], lines: [line] }, hostile)
    expect(svg).not.toContain('<script')
    expect(svg.match(/&lt;script&gt;/g)!.length).toBeGreaterThanOrEqual(4)
    expect(svg).toContain('\\N')
    expect(svg).not.toMatch(/<title>|<!--/)
  })
})

describe('the page', () => {
  it('loads nothing and runs nothing', () => {
    const html = htmlOf(paper, '<svg></svg>')
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(html).not.toMatch(/<(script|link|img|iframe)\b|url\(|@import/)
  })
})
