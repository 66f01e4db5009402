import { summaryOf } from '../plan/decision.ts'
import type { Action, Interruption, Leftover, PlannedResource, Refusal } from '../plan/plan.ts'
import { changeText } from './change-text.ts'
import { interruptionLines } from './interruption-text.ts'
import { leftoverLines } from './leftover-text.ts'
import type { Unmanaged } from '../plan/unmanaged.ts'
import { safe, type Style } from './style.ts'
import { leftAlone, unmanagedBlocks } from './unmanaged-text.ts'

export interface PlanTextOptions {
  readonly style: Style
  readonly stack: string
  readonly environment: string
  readonly account: string
  readonly region: string
  /** Says that there is nothing to do. Default: that AWS matches the configuration. */
  readonly nothing?: string
  readonly interruptions?: readonly Interruption[]
  readonly leftovers?: readonly Leftover[]
  /** What others have added to the stack's resources. */
  readonly unmanaged?: readonly Unmanaged[]
  /** Says what becomes of that. Default: that it is left alone. */
  readonly unmanagedTitle?: string
}

const symbols: Record<Action, string> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
  adopt: '=',
  resume: '>',
  keep: '!',
  forget: 'x',
  none: '',
}

const tones: Record<Action, keyof Style> = {
  create: 'added',
  update: 'changed',
  replace: 'removed',
  delete: 'removed',
  adopt: 'changed',
  resume: 'changed',
  keep: 'warning',
  forget: 'muted',
  none: 'muted',
}

/** A plan for people: by step, field by field, what endangers data once more at the end. Ends in a newline. */
export function planText(
  resources: readonly PlannedResource[],
  refusals: readonly Refusal[],
  {
    style,
    stack,
    environment,
    account,
    region,
    nothing,
    interruptions = [],
    leftovers = [],
    unmanaged = [],
    unmanagedTitle,
  }: PlanTextOptions,
): string {
  const title = `${style.strong(`${safe(stack)}/${safe(environment)}`)} ${style.muted(`in ${safe(account)}, ${safe(region)}`)}`
  const blocks = [
    title,
    ...[...bySteps(resources)].map(([step, members]) =>
      [style.strong(safe(step)), ...members.flatMap(member => resourceLines(member, style))].join('\n'),
    ),
    ...heldBlocks(resources, style),
    ...unmanagedBlocks(unmanaged, unmanagedTitle ?? leftAlone, style),
    ...refusalBlocks(refusals, style),
    ...warningBlocks(resources, style),
    ...block(openingLines(resources, style)),
    ...block(interruptionLines(interruptions, style)),
    ...block(leftoverLines(leftovers, style)),
    ...block(startLines(resources)),
    summaryLine(resources, { refused: refusals.length, left: leftovers.length }, nothing),
  ]
  return `${blocks.join('\n\n')}\n`
}

/** What is started after everything else. */
function startLines(resources: readonly PlannedResource[]): string[] {
  return resources.flatMap(({ address, awaits = [], startedByRelease }) =>
    startedByRelease ? [`Starts ${safe(address)} after ${safe(awaits.join(' and '))}.`] : [],
  )
}

/** One line for each, whole: whoever agrees to a plan has to see what it opens. */
function openingLines(resources: readonly PlannedResource[], style: Style): string[] {
  return resources.flatMap(({ address, opens = [] }) =>
    opens.map(({ port, to }) => `${style.warning('Opens')} ${safe(port)} of ${safe(address)} to ${safe(to)}`),
  )
}

function block(lines: readonly string[]): string[] {
  return lines.length > 0 ? [lines.join('\n')] : []
}

function bySteps(resources: readonly PlannedResource[]): Map<string, PlannedResource[]> {
  const steps = new Map<string, PlannedResource[]>()
  for (const resource of resources) {
    if (resource.action === 'none' && !resource.notes) continue
    const step = resource.address.split('/')[0]!
    steps.set(step, [...(steps.get(step) ?? []), resource])
  }
  return steps
}

function resourceLines(resource: PlannedResource, style: Style): string[] {
  const {
    address,
    action,
    label,
    name,
    reason,
    changes,
    notes,
    snapshot,
    companions = [],
    remains = [],
    awaits,
    keepsVersion,
    startedByRelease,
  } = resource
  const symbol = style[tones[action]](symbols[action])
  const pad = ' '.repeat(3 - symbols[action].length)
  const why = reason ? style.muted(`  (${safe(reason)})`) : ''
  const lines = [
    ...changes.flatMap(change => changeText(change, action === 'create', style)),
    ...(notes ?? []).map(note => safe(note)),
    ...(snapshot ? [`keeps its data in: ${safe(snapshot)}`] : []),
    ...companions.map(what => `also deletes ${safe(what)}`),
    ...(action === 'delete' ? remains : []).map(what => safe(what)),
    ...(startedByRelease ? [] : (awaits ?? [])).map(what =>
      keepsVersion ? `keeps its present version until ${safe(what)}` : `starts no tasks before ${safe(what)}`,
    ),
  ]
  return [
    `  ${pad}${symbol} ${safe(address)}  ${safe(label)}${name ? ` ${safe(name)}` : ''}${why}`,
    ...lines.map(line => `        ${line}`),
  ]
}

/** What a release or AWS itself has brought, from what the config says to what AWS has. Nothing is done about it. */
function heldBlocks(resources: readonly PlannedResource[], style: Style): string[] {
  const lines = resources.flatMap(({ address, label, held = [] }) =>
    held.length === 0
      ? []
      : [
          `  ${safe(address)}  ${safe(label)}`,
          ...held
            .map(({ path, before, after }) => ({ path, before: after, after: before }))
            .flatMap(change => changeText({ ...change, replaces: false, cause: 'config' }, false, style))
            .map(line => `        ${line}`),
        ],
  )
  return lines.length === 0
    ? []
    : [
        [
          `${style.strong('Left as AWS or a release has set it')} ${style.muted('(config -> AWS)')}`,
          ...lines,
        ].join('\n'),
      ]
}

function refusalBlocks(refusals: readonly Refusal[], style: Style): string[] {
  return refusals.map(({ address, message, hint, blocks }) =>
    [
      `${style.failed('Refused')} ${safe(address)}: ${safe(message)}`,
      ...(blocks ? ['  Nothing is changed here; the other changes of the plan can be made.'] : []),
      `  Next  ${safe(hint)}`,
    ].join('\n'),
  )
}

function warningBlocks(resources: readonly PlannedResource[], style: Style): string[] {
  const warnings = resources.flatMap(resource => [
    ...[warningOf(resource) ?? []].flat(),
    ...(resource.warnings ?? []).map(text =>
      safe(`${resource.label} ${resource.name ?? resource.address}: ${text}.`),
    ),
  ])
  if (warnings.length === 0) return []
  return [warnings.map(warning => `${style.warning('Warning')} ${warning}`).join('\n')]
}

function warningOf({
  address,
  label,
  name,
  action,
  data,
  snapshot,
  dataMayGo,
  recoverable,
  reason,
}: PlannedResource): string | undefined {
  const what = safe(`${label} ${name ?? address}`)
  if (action === 'keep') return `${what} is kept: ${safe(reason ?? 'it holds data')}.`
  // What would replace data is refused, and says so itself.
  if (!data || action !== 'delete') return undefined
  if (snapshot) return `${what} is deleted. Its data is kept in: ${safe(snapshot)}.`
  if (recoverable) return `${what} is deleted. AWS can bring it back for 30 days.`
  return dataMayGo
    ? `${what} is deleted, and the data in it is lost.`
    : `${what} is deleted if it is empty, and kept if it is not.`
}

function summaryLine(
  resources: readonly PlannedResource[],
  { refused, left }: { readonly refused: number; readonly left: number },
  nothing = `No changes. AWS matches the configuration (${resources.length} resources).`,
): string {
  const { create, update, replace, delete: gone, keep, adopt, resume } = summaryOf(resources)
  const forget = resources.filter(({ action }) => action === 'forget').length
  if (create + update + replace + gone + adopt + resume + forget + refused + left === 0)
    return resources.some(({ notes }) => notes)
      ? `No changes in AWS (${resources.length} resources). From the next run on, what stays is not managed.`
      : nothing
  const rare = [
    [adopt, 'to adopt'],
    [resume, 'to resume'],
    [forget, 'to forget'],
    [keep, 'kept'],
    [left, 'left over to remove'],
    [refused, 'refused'],
  ] as const
  return `Plan: ${[
    `${create} to create`,
    `${update} to update`,
    `${replace} to replace`,
    `${gone} to delete`,
    ...rare.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`),
  ].join(', ')}.`
}
