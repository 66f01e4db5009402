import type { DriftedResource, Unsettled } from '../plan/drift.ts'
import { changeText } from './change-text.ts'
import type { Unmanaged } from '../plan/unmanaged.ts'
import { safe, type Style } from './style.ts'
import { leftAlone, unmanagedBlocks } from './unmanaged-text.ts'

export interface DriftTextOptions {
  readonly style: Style
  readonly stack: string
  readonly environment: string
  readonly account: string
  readonly region: string
  /** How many resources were compared. */
  readonly compared: number
  /** What others have added. It is no drift. */
  readonly unmanaged: readonly Unmanaged[]
  /** What is as it was left and yet not at rest: AWS changes it, or it does not do its work. */
  readonly unsettled: readonly Unsettled[]
}

/** Drift for people: what the last run left, an arrow, what AWS has now. Ends in a newline. */
export function driftText(
  drifted: readonly DriftedResource[],
  { style, stack, environment, account, region, compared, unmanaged, unsettled }: DriftTextOptions,
): string {
  const title = `${style.strong(`${safe(stack)}/${safe(environment)}`)} ${style.muted(`in ${safe(account)}, ${safe(region)}`)}`
  const left = [
    ...unmanagedBlocks(unmanaged, leftAlone, style),
    ...(unsettled.length > 0 ? [unsettled.map(unsettledLine).join('\n')] : []),
  ]
  if (drifted.length === 0) {
    const none = `No drift. AWS has everything as the last run left it (${compared} resources).\n`
    return [title, ...left, none].join('\n\n')
  }
  const gone = drifted.filter(({ state }) => state === 'gone').length
  const counts = [
    ...(drifted.length > gone ? [`${drifted.length - gone} changed`] : []),
    ...(gone > 0 ? [`${gone} gone`] : []),
    `${compared - drifted.length} as the last run left them`,
  ]
  return [
    title,
    drifted.flatMap(resource => driftLines(resource, style)).join('\n'),
    ...left,
    `Drift: ${counts.join(', ')}.`,
    'Repair it: provision drift --repair puts this back and touches nothing else.\nAccept it: provision drift --accept remembers it, and says what to write in the config.\n',
  ].join('\n\n')
}

function unsettledLine({ address, status }: Unsettled): string {
  return `AWS says of ${safe(address)}: ${safe(status)}`
}

/** One drifted resource: what the last run left, an arrow, what AWS has. */
export function driftLines({ address, label, name, state, values }: DriftedResource, style: Style): string[] {
  const what = `${safe(address)}  ${safe(label)}${name ? ` ${safe(name)}` : ''}`
  if (state === 'gone') return [`  ${style.removed('-')} ${what}  ${style.muted('(AWS no longer has it)')}`]
  return [
    `  ${style.changed('~')} ${what}`,
    ...values
      .flatMap(({ path, recorded, actual }) =>
        changeText({ path, before: recorded, after: actual, replaces: false, cause: 'config' }, false, style),
      )
      .map(line => `      ${line}`),
  ]
}
