import { safe } from '../events/style.ts'
import type { Style } from '../events/style.ts'
import type { CostLine, Estimate } from './estimate.ts'

/** The estimate for a terminal: lines by group, the sum, what it rests on. */
export function costText(
  estimate: Estimate,
  {
    style,
    stack,
    environment,
  }: { readonly style: Style; readonly stack: string; readonly environment: string },
): string {
  const { groups, prices, assumptions, notCounted } = estimate
  const rows = groups.flatMap(({ lines }) => lines)
  const width = Math.max(0, ...rows.map(({ address }) => address.length))
  const whats = Math.max(0, ...rows.map(({ what }) => what.length))
  const lines = [
    style.strong(`${stack} in ${environment}: about ${dollars(estimate.monthly)} a month`),
    style.muted(`${prices.source}, ${prices.region}, as of ${prices.date}; ~ marks use that is assumed`),
    '',
    ...groups.flatMap(({ group, monthly, lines: own }) => [
      `${style.strong(group.padEnd(width + whats + 6))}${style.strong(dollars(monthly).padStart(10))}`,
      ...own.map(
        line =>
          `  ${safe(line.address).padEnd(width)}  ${safe(line.what).padEnd(whats)}  ${amountOf(line).padStart(10)}` +
          style.muted(`  ${reckoningOf(line)}`),
      ),
      '',
    ]),
    ...section('Assumptions', assumptions, style),
    ...section('Not counted', notCounted, style),
    ...section('Price pages', sourcesOf(estimate), style),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

/** The pages of AWS that the prices are from. */
export function sourcesOf({ groups }: Pick<Estimate, 'groups'>): string[] {
  return [...new Set(groups.flatMap(({ lines }) => lines.flatMap(({ source }) => source ?? [])))].toSorted()
}

/** `$32.85` */
export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`
}

/** `~$4.50`, or `?` where no price is known. */
export function amountOf({ monthly, assumed }: CostLine): string {
  return monthly === undefined ? '?' : `${assumed ? '~' : ''}${dollars(monthly)}`
}

/** `730 hours at $0.045` */
export function reckoningOf({ quantity, unit, price }: CostLine): string {
  const amount = Number(quantity.toFixed(2)).toLocaleString('en-US')
  const units = `${amount} ${quantity === 1 ? unit.replace(/s$/, '') : unit}`
  return price === undefined ? units : `${units} at $${Number(price.toPrecision(6))}`
}

function section(title: string, entries: readonly string[], style: Style): string[] {
  return entries.length === 0 ? [] : [style.strong(title), ...entries.map(entry => `  ${safe(entry)}`), '']
}
