import { leftoverLines } from '../events/leftover-text.ts'
import { safe, styleFor } from '../events/style.ts'
import { heldDataKept } from '../engine/held-data.ts'
import { kindOf } from '../kinds/index.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Decision } from '../plan/decision.ts'
import { summaryOf } from '../plan/decision.ts'
import type { StackOptions } from '../session.ts'
import { outputsOf } from '../outputs.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'

export interface StatusOptions extends StackOptions {
  readonly json?: boolean | undefined
}

/** What AWS has of the stack now, resource by resource. */
export async function status(options: StatusOptions, { effects, leave }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { command: 'status', signal: leave })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    const planned = makePlan(await session.situation(context, content))
    const made = await heldDataKept(planned, kindOf, context)
    const decided = made.decisions.map(decision => {
      const { address, label, name = '' } = decision
      return { address, label, name, state: stateOf(decision) }
    })
    const known = new Set(decided.map(({ address }) => address))
    // Nothing is decided about what a plan refuses as a whole.
    const refused = made.refusals
      .filter(({ address }) => !known.has(address))
      .map(({ address, message }) => ({ address, label: '', name: '', state: `refused: ${message}` }))
    const rows = [...decided, ...refused]
    const { terminal } = effects
    if (options.json) {
      terminal.out(
        `${JSON.stringify({ schemaVersion: 1, ...made.identity, resources: rows, leftovers: made.leftovers }, undefined, 2)}\n`,
      )
      return exitCodes.done
    }
    const { default: Table } = await import('cli-table3')
    const table = new Table({
      // What tells most stands where a narrow terminal still shows it on the first line.
      head: ['ADDRESS', 'STATE', 'KIND', 'NAME'],
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
      chars: Object.fromEntries(
        [
          'top',
          'top-mid',
          'top-left',
          'top-right',
          'bottom',
          'bottom-mid',
          'bottom-left',
          'bottom-right',
          'left',
          'left-mid',
          'mid',
          'mid-mid',
          'right',
          'right-mid',
          'middle',
        ].map(part => [part, '']),
      ),
    })
    for (const { address, label, name, state } of rows)
      table.push([address, state, label, shortName(name)].map(safe))
    terminal.out(`${table.toString().replace(/ +$/gm, '')}\n`)
    const { create, unchanged } = summaryOf(made.decisions)
    terminal.err(`${unchanged} of ${rows.length} as configured, ${create} absent.\n`)
    for (const line of leftoverLines(made.leftovers, styleFor(terminal.color.stderr)))
      terminal.err(`${line}\n`)
    return exitCodes.done
  } finally {
    session.close()
  }
}

function stateOf({ action, observed, resource, awaits, keepsVersion }: Decision): string {
  if (!observed) return 'absent'
  if (action === 'none' && resource?.props['desiredCount'] === 0)
    return awaits && !keepsVersion ? `desired count 0: waits for ${awaits.join(' and ')}` : 'desired count 0'
  if (observed.pending ?? action !== 'none') return observed.pending ?? action
  return observed.madeByOthers ? 'registered by others' : 'as configured'
}

/** The stack's outputs: its address on the web, its endpoints, its repositories. */
export async function outputs(
  options: StatusOptions & { readonly name?: string | undefined },
  { effects, leave }: CommandContext,
): Promise<number> {
  const session = await openSession(options, effects, { command: 'outputs', signal: leave })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    const { desired, observed } = await session.situation(context, content)
    const all = outputsOf(desired, address => observed.get(address)?.attributes)
    const { terminal } = effects
    if (options.name !== undefined) {
      const value = all[options.name]
      if (value === undefined) {
        terminal.err(
          `there is no output ${safe(options.name)}; there are: ${Object.keys(all).join(', ') || 'none'}\n`,
        )
        return exitCodes.failed
      }
      terminal.out(`${value}\n`)
    } else if (options.json) terminal.out(`${JSON.stringify(all, undefined, 2)}\n`)
    else for (const [name, value] of Object.entries(all)) terminal.out(`${name}=${safe(value)}\n`)
    return exitCodes.done
  } finally {
    session.close()
  }
}

/** The end of an ARN tells one from another; the whole would push the state off the screen. */
function shortName(name: string): string {
  return name.startsWith('arn:') ? (name.split(/[:/]/).at(-1) ?? name) : name
}
