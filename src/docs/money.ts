import { amountOf, dollars, reckoningOf, sourcesOf } from '../cost/text.ts'
import type { Section, Subject } from './paper.ts'

export function money({ estimate }: Subject): Section {
  const { groups, monthly, byUse, prices, assumptions, notCounted } = estimate
  const share = (amount: number) => (monthly === 0 ? '0 %' : `${Math.round((100 * amount) / monthly)} %`)
  return {
    id: 'cost',
    title: 'Cost in a month',
    blocks: [
      {
        kind: 'text',
        text: `About ${dollars(monthly)}, of which ${dollars(byUse)} rest on assumptions about use (marked ~). ${prices.source}, ${prices.region}, as of ${prices.date}.`,
      },
      {
        kind: 'table',
        head: ['Group', 'A month', 'Share'],
        numbers: [1, 2],
        rows: [
          ...groups.map(group => [group.group, dollars(group.monthly), share(group.monthly)]),
          ['All', dollars(monthly), ''],
        ],
      },
      {
        kind: 'table',
        head: ['Group', 'Resource', 'What', 'Reckoning', 'A month'],
        numbers: [4],
        rows: groups.flatMap(({ group, lines }) =>
          lines.map(line => [group, line.address, line.what, reckoningOf(line), amountOf(line)]),
        ),
      },
      { kind: 'heading', text: 'Assumptions' },
      { kind: 'list', ordered: false, entries: assumptions },
      ...(notCounted.length > 0
        ? [
            { kind: 'heading', text: 'Not counted' } as const,
            { kind: 'list', ordered: false, entries: notCounted } as const,
          ]
        : []),
      { kind: 'heading', text: 'Price pages' },
      { kind: 'list', ordered: false, entries: sourcesOf(estimate) },
    ],
  }
}
