import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../src/commands/command.ts'
import { ledgerHistory } from '../../src/commands/ledger.ts'
import { plan } from '../../src/commands/plan.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { outputs, status } from '../../src/commands/status.ts'
import { teardown } from '../../src/commands/teardown.ts'
import { up } from '../../src/commands/up.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import { addSecrets, canary, spellings, tracesIn } from '../support/canary.ts'
import type { Ended, TypedOptions } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const environmentOf: Readonly<Record<string, string>> = { portfolio: 'dev' }
const examples = [
  'minimal',
  'apranova',
  'ec2-ecs-s3',
  'ecs-on-ec2',
  'fargate-observability',
  'portfolio',
  'uploads',
]

/** Where credentials and secrets of a CI job stand. */
const environment = {
  AWS_SECRET_ACCESS_KEY: canary,
  AWS_SESSION_TOKEN: canary,
  DATABASE_PASSWORD: canary,
  GITHUB_TOKEN: canary,
}

/** Every command of a life, with every form of showing it. */
async function liveThrough(example: string) {
  const life = liveWith(example, environmentOf[example])
  const shown: string[] = []
  const ends: Ended[] = []
  let drawn = 0
  const type = async (
    command: (
      options: TypedOptions & { json?: boolean; log: string },
      context: CommandContext,
    ) => Promise<number>,
    more: { json?: boolean; live?: boolean; faults?: Faults } = {},
  ) => {
    const { json = false, live = false, faults = {} } = more
    const area = {
      draw: (text: string) => void (drawn++, shown.push(text)),
      persist: (text: string) => void shown.push(text),
      close: () => undefined,
    }
    const ended = await life.type(
      (options, context) => {
        const terminal = { ...context.effects.terminal, live }
        const effects = { ...context.effects, terminal, environment, openLiveArea: async () => area }
        return command({ ...options, json, log: 'run.log' }, { ...context, effects })
      },
      { faults: { ...faults, after: (_call, output) => addSecrets(output as object) } },
    )
    ends.push(ended)
    shown.push(ended.out, ended.err, ended.error?.message ?? '', ended.error?.hint ?? '')
    // All that is in the folder after each command: config, ledger, journal, history, log, and the embedded AWS.
    shown.push(...life.files().values())
    return ended
  }

  await type(plan)
  await type(plan, { json: true })
  let refused = false
  const before: Faults['before'] = ({ operation, input }) => {
    if (refused || !/^Create(Service|Listener|Instance|SecurityGroup)$/.test(operation)) return
    refused = true
    throw awsFault('AccessDenied', `not for you: ${Object.keys(input as object).join(', ')}`)
  }
  await type(up, { faults: { before }, live: example === 'minimal' })
  await type(up, { json: true })
  if (example === 'uploads')
    await type((options, context) =>
      secretSet('signing-key', { ...options, fromEnv: 'DATABASE_PASSWORD' }, context),
    )
  await type(up)
  for (const look of [status, outputs]) {
    await type(look)
    await type(look, { json: true })
  }
  await type((options, context) => ledgerHistory(options, context))
  const end = await type((options, context) => teardown({ ...options, deleteData: ['all'] }, context))
  return { shown: shown.join('\n'), ends, end, drawn }
}

describe('a secret', () => {
  it.each(Object.entries(spellings))('would be noticed as %s', (name, texts) => {
    for (const text of texts) expect(tracesIn(`before${text}after`)).toContain(name)
  })

  it.each(examples)('leaves no trace in anything that a life of %s shows or keeps', async example => {
    const { shown, ends, drawn } = await liveThrough(example)
    expect(tracesIn(shown)).toEqual([])
    expect(ends.map(({ code }) => code)).toEqual(ends.map((_, index) => (index === 2 ? 1 : 0)))
    // What is drawn is drawn at the pace of people.
    expect(drawn > 3).toBe(example === 'minimal')
    expect(shown).toContain('"service":')
  })
})
