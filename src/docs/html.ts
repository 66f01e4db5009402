import type { Block, Branch, Cell, Paper } from './paper.ts'
import { pageStyle } from './page-style.ts'

/** The document as one page that needs nothing else: no script, no font, no picture from anywhere. */
export function htmlOf({ title, subtitle, sections }: Paper, svg: string): string {
  const contents = sections.map(section => `<a href="#${section.id}">${escaped(section.title)}</a>`)
  const parts = sections.map(section =>
    [
      `<section id="${section.id}">`,
      `<h2>${escaped(section.title)}</h2>`,
      ...section.blocks.map(block => blockOf(block, svg)),
      '</section>',
    ].join('\n'),
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p>${escaped(subtitle)}</p>
<nav aria-label="Sections">${contents.join('\n')}</nav>
</header>
<main>
${parts.join('\n')}
</main>
</body>
</html>
`
}

function blockOf(block: Block, svg: string): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escaped(block.text)}</p>`
    case 'heading':
      return `<h3>${escaped(block.text)}</h3>`
    case 'facts':
      return `<dl>${block.rows.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${cellOf(value)}</dd></div>`).join('')}</dl>`
    case 'table':
      return tableOf(block)
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul'
      return `<${tag}>${block.entries.map(entry => `<li>${cellOf(entry)}</li>`).join('')}</${tag}>`
    }
    case 'tree':
      return `<div class="tree">${branchesOf(block.branches)}</div>`
    default:
      // It may be wider than a telephone: it then scrolls, and can be reached by keyboard.
      return `<div class="scroll" tabindex="0">${svg}</div>`
  }
}

function tableOf({ head, rows, numbers = [] }: Extract<Block, { kind: 'table' }>): string {
  const number = (column: number) => (numbers.includes(column) ? ' class="number"' : '')
  const heads = head.map((text, column) => `<th scope="col"${number(column)}>${escaped(text)}</th>`)
  const body = rows.map(
    row => `<tr>${row.map((cell, column) => `<td${number(column)}>${cellOf(cell)}</td>`).join('')}</tr>`,
  )
  return `<div class="scroll" tabindex="0"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}

function branchesOf(branches: readonly Branch[]): string {
  return branches.length === 0
    ? ''
    : `<ul>${branches.map(({ text, branches: inner }) => `<li>${escaped(text)}${branchesOf(inner)}</li>`).join('')}</ul>`
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'string') return escaped(cell)
  // Only the web: an address from AWS or a config could begin with javascript:.
  return /^https?:\/\//.test(cell.href)
    ? `<a href="${escaped(cell.href)}">${escaped(cell.text)}</a>`
    : escaped(cell.text)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
