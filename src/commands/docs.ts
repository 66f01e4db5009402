import { resolve } from 'node:path'
import { htmlOf } from '../docs/html.ts'
import { markdownOf } from '../docs/markdown.ts'
import { paperOf } from '../docs/paper.ts'
import { pictureOf } from '../docs/picture.ts'
import { svgOf } from '../docs/svg.ts'
import { estimate } from '../cost/estimate.ts'
import { inventoryOf } from '../plan/inventory.ts'
import type { StackOptions } from '../session.ts'
import { outputsOf } from '../outputs.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { taskCounts } from './cost.ts'

export interface DocsOptions extends StackOptions {
  /** The folder that gets them; `architecture` beside the working directory when not given. */
  readonly out?: string | undefined
}

/** Writes the architecture document of the stack: Markdown with its diagram, and one page of HTML. */
export async function docs(options: DocsOptions, { effects, leave }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { command: 'docs', signal: leave })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    const situation = await session.situation(context, content)
    const { config } = session
    const inventory = inventoryOf(situation)
    const subject = {
      ...situation.identity,
      inventory,
      estimate: estimate(inventory, config.region, taskCounts(config)),
      config,
      account: context.account,
      region: context.region,
      partition: context.partition,
      outputs: outputsOf(situation.desired, address => situation.observed.get(address)?.attributes),
      date: new Date(effects.clock.now()).toISOString().slice(0, 10),
      serial: content?.serial ?? 0,
    }
    const paper = paperOf(subject)
    const svg = await svgOf(pictureOf(subject), `Architecture of ${paper.title}`)

    const folder = resolve(effects.cwd, options.out ?? 'architecture')
    const name = `${subject.stack}-${subject.environment}`
    effects.files.makeFolder(folder)
    const written = {
      [`${name}.md`]: markdownOf(paper, `${name}.svg`),
      [`${name}.svg`]: svg,
      [`${name}.html`]: htmlOf(paper, svg),
    }
    for (const [file, text] of Object.entries(written)) {
      effects.files.replace(resolve(folder, file), text)
      effects.terminal.out(`${resolve(folder, file)}\n`)
    }
    return exitCodes.done
  } finally {
    session.close()
  }
}
