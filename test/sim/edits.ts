import { parseDocument } from 'yaml'
import type { Life } from '../support/life.ts'

/** One part of a config: `services.web.paths`. */
export type Part = readonly string[]

const about = ['stack', 'environment', 'environments', 'region', 'prefix']

/** What can be taken out of a config: its sections, what stands in them, and each setting of that. */
export function partsOf(config: string): Part[] {
  const below = (value: unknown, path: Part): Part[] =>
    path.length === 3 || typeof value !== 'object' || value === null || Array.isArray(value)
      ? []
      : Object.entries(value).flatMap(([name, member]) => [
          [...path, name],
          ...below(member, [...path, name]),
        ])
  return below(parseDocument(config).toJS(), []).filter(([section = '']) => !about.includes(section))
}

/**
 * Takes a part out of the config of a stack that stands, and puts it back. Each time `up` has to do what was wished,
 * or to refuse it before it changes anything; in the end nothing is left to do. Gives what went wrong.
 */
export async function outAndBack(life: Life, part: Part): Promise<string[]> {
  const [, whole = ''] = [...life.files()].find(([path]) => path.endsWith('provision.yaml')) ?? []
  const without = parseDocument(whole)
  without.deleteIn(part)
  replace(life, whole, String(without))
  const out = await life.up()
  if (out.error) return out.writes.length > 0 ? [`${out.error.message}, after ${out.writes.join(' ')}`] : []
  if (out.code !== 0) return [`taken out: ${out.err}`]
  replace(life, String(without), whole)
  for (const _ of ['back', 'and what AWS was not done with']) {
    const back = await life.up()
    if (back.code !== 0) return [`put back: ${back.error?.message ?? back.err}`]
  }
  return (await life.planned()).map(({ address, action }) => `never quiet: ${action} ${address}`)
}

/** Whatever dollar signs there are in it. */
function replace(life: Life, before: string, after: string): void {
  life.edit(before, after.replaceAll('$', '$$$$'))
}
