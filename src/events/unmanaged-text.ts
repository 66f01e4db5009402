import type { Unmanaged } from '../plan/unmanaged.ts'
import { safe, type Style } from './style.ts'

/** The heading where nothing is done about it. */
export const leftAlone = 'Not managed by provision (left alone)'

/** More resources than this with the same addition are counted. */
const named = 3

/** What others have added, for people: a heading and a line for each. Empty when there is nothing. */
export function unmanagedBlocks(unmanaged: readonly Unmanaged[], title: string, style: Style): string[] {
  if (unmanaged.length === 0) return []
  const byWhat = new Map<string, Unmanaged[]>()
  for (const one of unmanaged) byWhat.set(one.what, [...(byWhat.get(one.what) ?? []), one])
  const lines = [...byWhat].flatMap(([what, all]) =>
    all.length > named
      ? [`  ${all.length} resources  ${safe(what)}`]
      : all.map(({ address }) => `  ${safe(address)}  ${safe(what)}`),
  )
  return [[style.strong(title), ...lines].join('\n')]
}
