import type { Block, Branch, Cell, Paper } from './paper.ts'

/** The document as Markdown; the diagram stands beside it under the name given. */
export function markdownOf({ title, subtitle, sections }: Paper, picture: string): string {
  const parts = sections.flatMap(section => [
    `## ${escaped(section.title)}`,
    ...section.blocks.map(block => blockOf(block, picture, title)),
  ])
  return `${[`# ${escaped(title)}`, escaped(subtitle), ...parts].join('\n\n')}\n`
}

function blockOf(block: Block, picture: string, title: string): string {
  switch (block.kind) {
    case 'text':
      return escaped(block.text)
    case 'heading':
      return `### ${escaped(block.text)}`
    case 'facts':
      return tableOf(['', ''], block.rows)
    case 'table':
      return tableOf(block.head, block.rows, block.numbers)
    case 'list':
      return block.entries
        .map((entry, index) => `${block.ordered ? `${index + 1}.` : '-'} ${cellOf(entry)}`)
        .join('\n')
    case 'tree':
      return fenced(
        block.branches.flatMap((branch, index) => [...(index > 0 ? [''] : []), ...linesOf(branch)]),
      )
    default:
      return `![Architecture of ${escaped(title)}](${picture})`
  }
}

function tableOf(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbers: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head.map(escaped)),
    line(head.map((_, column) => (numbers.includes(column) ? '---:' : '---'))),
    ...rows.map(row => line(row.map(cellOf))),
  ].join('\n')
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'string') return escaped(cell)
  if (!/^https?:\/\//.test(cell.href)) return escaped(cell.text)
  // Angle brackets hold an address together; what would end it or the table's cell is encoded.
  return `[${escaped(cell.text)}](<${cell.href.replace(/[<>|\s\\]/g, encodeURIComponent)}>)`
}

/** Branches drawn with lines, for a fixed-width font. */
function linesOf({ text, branches }: Branch, first = '', rest = ''): string[] {
  return [
    `${first}${oneLine(text)}`,
    ...branches.flatMap((branch, index) => {
      const last = index === branches.length - 1
      return linesOf(branch, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`)
    }),
  ]
}

/** A fence longer than any run of backticks inside. */
function fenced(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap(line => (line.match(/`+/g) ?? []).map(run => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...lines, fence].join('\n')
}

function escaped(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|#~&]/g, character =>
    ['<', '>', '&'].includes(character) ? entities[character as '<'] : `\\${character}`,
  )
}

const entities = { '<': '&lt;', '>': '&gt;', '&': '&amp;' } as const

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
