import { estimate } from '../cost/estimate.ts'
import { costText } from '../cost/text.ts'
import { styleFor } from '../events/style.ts'
import { inventoryOf } from '../plan/inventory.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'

export interface CostOptions extends StackOptions {
  readonly json?: boolean | undefined
}

/** What the stack costs in a month, as far as list prices tell. Changes nothing and takes no lock. */
export async function cost(options: CostOptions, { effects, leave }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { command: 'cost', signal: leave })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    const situation = await session.situation(context, content)
    const { config } = session
    const made = estimate(inventoryOf(situation), config.region, taskCounts(config))
    const { terminal } = effects
    if (options.json)
      terminal.out(`${JSON.stringify({ schemaVersion: 1, ...situation.identity, ...made }, undefined, 2)}\n`)
    else terminal.out(costText(made, { style: styleFor(terminal.color.stdout), ...situation.identity }))
    return exitCodes.done
  } finally {
    session.close()
  }
}

/** Tasks that each service shall have once its image is there, by address. */
export function taskCounts({ services }: { services: Record<string, { desiredCount: number }> }) {
  return new Map(
    Object.entries(services).map(([name, { desiredCount }]) => [`services/${name}`, desiredCount]),
  )
}
