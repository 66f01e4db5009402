import type { Graph, Subgraph } from '@viz-js/viz'
import type { Frame, Picture, Shape } from './picture.ts'

/**
 * Lays the picture out and draws it: an SVG that follows the reader's light or dark. The layout takes letters to be larger than
 * they are drawn, since nobody knows how wide the reader's font is.
 */
export async function svgOf(picture: Picture, title: string): Promise<string> {
  const { instance } = await import('@viz-js/viz')
  const drawn = (await instance()).renderString(graphOf(picture), { format: 'svg' })
  const [, box = '0 0 100 100'] = /viewBox="([\d. -]+)"/.exec(drawn) ?? []
  const width = Math.ceil(Number(box.split(' ')[2]))
  const body = titlesLast(
    drawn
      .slice(drawn.indexOf('<g '), drawn.lastIndexOf('</svg>'))
      .replace(/<title>[^<]*<\/title>\n?/g, '')
      .replace(/<!--[\s\S]*?-->\n?/g, ''),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="${escaped(title)}" viewBox="${box}" width="${width}">`,
    `<style>${look}</style>`,
    body.trim(),
    '</svg>\n',
  ].join('\n')
}

/** Over the lines, which may cross them: Graphviz draws the title of a frame with the frame, and that first. */
function titlesLast(body: string): string {
  const titles: string[] = []
  const frames = body.replace(
    /<g id="[^"]*" class="(cluster[^"]*)">([\s\S]*?)<\/g>/g,
    (_whole, kind: string, inner: string) => {
      titles.push(`<g class="${kind}">\n${(inner.match(/<text[\s\S]*?<\/text>/g) ?? []).join('\n')}\n</g>`)
      return `<g class="${kind}">${inner.replace(/<text[\s\S]*?<\/text>\n?/g, '')}</g>`
    },
  )
  const end = frames.lastIndexOf('</g>')
  return `${frames.slice(0, end)}${titles.join('\n')}\n${frames.slice(end)}`
}

function graphOf({ outside, frames, lines }: Picture): Graph {
  return {
    directed: true,
    graphAttributes: {
      rankdir: 'TB',
      bgcolor: 'transparent',
      nodesep: 0.35,
      ranksep: 0.6,
      pad: 0.1,
      compound: true,
    },
    nodeAttributes: {
      shape: 'box',
      style: 'rounded',
      fontname: 'Helvetica',
      fontsize: 13,
      margin: '0.2,0.1',
    },
    edgeAttributes: { fontname: 'Helvetica', fontsize: 12, arrowsize: 0.7 },
    nodes: outside.map(nodeOf),
    subgraphs: frames.map(clusterOf),
    edges: [
      ...lines.map(({ from, to, text, aside }) => ({
        tail: from,
        head: to,
        attributes: {
          label: labelOf([text]),
          class: aside ? 'aside' : 'way',
          ...(aside ? { style: 'dashed', constraint: false } : {}),
        },
      })),
      ...frames.filter(frame => frame.look === 'region').flatMap(({ shapes }) => rowsOf(shapes)),
    ],
  }
}

/** What no line joins would stand in one long row, and all else be drawn small beside it. */
function rowsOf(shapes: readonly Shape[]) {
  return shapes.slice(widest).map(({ id }, index) => ({
    tail: shapes[index]!.id,
    head: id,
    attributes: { style: 'invis' },
  }))
}

const widest = 3

function nodeOf({ id, lines, look: kind, planned }: Shape) {
  const style = planned ? 'rounded,dashed' : 'rounded'
  return { name: id, attributes: { label: labelOf(lines), class: kind, style } }
}

function clusterOf({ id, lines, look: kind, shapes, frames }: Frame): Subgraph {
  return {
    name: `cluster_${id}`,
    graphAttributes: {
      label: labelOf(lines, '\\l'),
      class: kind,
      style: 'rounded',
      fontname: 'Helvetica',
      fontsize: 12,
      labeljust: 'l',
      margin: 14,
    },
    nodes: shapes.map(nodeOf),
    subgraphs: frames.map(clusterOf),
  }
}

// `\l` ends a line that stands at the left. In a label of Graphviz a backslash begins a command and an ampersand an entity.
function labelOf(lines: readonly string[], end = '\n'): string {
  const texts = lines.map(line => line.replaceAll('\\', '\\\\').replaceAll('&', '&amp;'))
  return end === '\n' ? texts.join(end) : texts.map(text => `${text}${end}`).join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const look = `
.picture { font-family: Helvetica, Arial, sans-serif; max-width: 100%; height: auto; color-scheme: light dark;
  --ink: #1f2733; --soft: #5b6675; --line: #7b8796; --paper: #ffffff; --frame: #c3cbd6;
  --edge: #e8e3fb; --compute: #fdecd8; --data: #dcebfc; --region: #eef1f5; --public: #f1faf2; --private: #f5f8fd; }
@media (prefers-color-scheme: dark) { .picture {
  --ink: #e8ecf2; --soft: #a6b1c0; --line: #8593a5; --paper: #1b212b; --frame: #46515f;
  --edge: #3b3365; --compute: #573f1f; --data: #1f4263; --region: #2a323e; --public: #1c2c23; --private: #1d2735; } }
.picture text { fill: var(--ink); font-family: inherit; font-size: 12px; }
.picture .node path, .picture .node polygon { stroke: var(--line); fill: var(--paper); }
.picture .node.edge path { fill: var(--edge); }
.picture .node.compute path { fill: var(--compute); }
.picture .node.data path { fill: var(--data); }
.picture .node.region path { fill: var(--region); }
.picture .cluster path { fill: none; stroke: var(--frame); }
.picture .cluster.public path { fill: var(--public); }
.picture .cluster.private path, .picture .cluster.isolated path { fill: var(--private); }
.picture .cluster text { fill: var(--soft); font-size: 11px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.picture .cluster.public text { stroke: var(--public); }
.picture .cluster.private text, .picture .cluster.isolated text, .picture .cluster.cluster text { stroke: var(--private); }
.picture .way path, .picture .aside path { fill: none; stroke: var(--line); }
.picture .way polygon, .picture .aside polygon { fill: var(--line); stroke: var(--line); }
.picture .way text, .picture .aside text { fill: var(--soft); font-size: 10px; paint-order: stroke; stroke: var(--paper);
  stroke-width: 3px; }
`
