import type { Suggested, Unaccepted } from '../plan/acceptance.ts'
import type { DriftedResource } from '../plan/drift.ts'
import { driftLines } from './drift-text.ts'
import type { Style } from './style.ts'
import { safe } from './style.ts'
import { valueText } from './value-text.ts'

export interface AcceptedTextOptions {
  readonly style: Style
  readonly stack: string
  readonly environment: string
  readonly account: string
  readonly region: string
}

/** What is to be accepted, and what to write in the config for it to stay. Ends in a newline. */
export function acceptedText(
  {
    drifted,
    left,
    values,
  }: {
    readonly drifted: readonly DriftedResource[]
    readonly left: readonly Unaccepted[]
    readonly values: readonly Suggested[]
  },
  { style, stack, environment, account, region }: AcceptedTextOptions,
): string {
  const title = `${style.strong(`${safe(stack)}/${safe(environment)}`)} ${style.muted(`in ${safe(account)}, ${safe(region)}`)}`
  if (drifted.length === 0) return `${title}\n\nNo drift to accept.\n`
  const gone = drifted.filter(({ state }) => state === 'gone')
  const said = values.filter(one => one.said)
  const unsaid = values.filter(one => !one.said)
  const block = (head: string, lines: readonly string[]) =>
    lines.length > 0 ? [[head, ...lines.map(line => `  ${line}`)].join('\n')] : []
  return `${[
    title,
    drifted.flatMap(resource => driftLines(resource, style)).join('\n'),
    ...block(
      'Not accepted:',
      left.map(({ decision: { address }, why }) => `${safe(address)}: ${safe(why)}`),
    ),
    ...block('Write this in the config, or the next provision up takes it back:', [
      ...new Set(said.map(({ said: { path, value } = { path: '', value: undefined } }) => line(path, value))),
    ]),
    ...block(
      'No one value of the config says this, and the next provision up takes it back:',
      unsaid.map(({ address, change: { path } }) => `${safe(address)}  ${safe(path)}`),
    ),
    ...block(
      'Take these out of the config, or the next provision up makes them anew:',
      gone.map(({ address }) => safe(address)),
    ),
  ].join('\n\n')}\n\n`
}

function line(path: string, value: unknown): string {
  return value === undefined ? `remove ${safe(path)}` : `${safe(path)}: ${valueText(value)}`
}
