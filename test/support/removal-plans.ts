import { plan } from '../../src/commands/plan.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { loadConfig } from '../../src/config/load.ts'
import { ConfigInvalid } from '../../src/config/problems.ts'
import type { StackConfig } from '../../src/config/schema/stack.ts'
import type { PlanDocument } from '../../src/events/plan-json.ts'
import type { Plan } from '../../src/plan/decision.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import { canonical } from '../../src/resources/json.ts'
import { pushImage, repositoryNames } from '../../src/sandbox/ecr.ts'
import { openSession } from '../../src/session.ts'
import type { StackSituation } from '../../src/situation.ts'
import type { Life } from './life.ts'
import { memoryFiles } from './memory-files.ts'
import type { Field } from './optional-fields.ts'
import { without } from './optional-fields.ts'
import type { Config } from './removals.ts'

/** What becomes of a field that is removed. `silent`: the config asks for something else, and nobody says so. */
export type Effect = 'changed' | 'stays' | 'same' | 'refused' | 'silent'

/** Everything up, with an image in each repository and a value in each secret, so that tasks run. */
export async function bringUp(life: Life, config: Config): Promise<void> {
  const wentUp = async () => {
    const { code, err, error } = await life.up()
    if (code !== 0) throw new Error(`the base does not come up: ${error?.message ?? err}`)
  }
  await wentUp()
  await life.meanwhile((_, world) => {
    for (const name of repositoryNames(world))
      for (const tag of ['latest', 'v1']) pushImage(world, name, tag, 'both')
  })
  for (const name of Object.keys((config['secrets'] as object | undefined) ?? {}))
    await life.type((options, context) => secretSet(name, options, context), { stdin: 'x' })
  await wentUp()
}

/** Everything a plan is made from, as it is now. */
export async function situationOf(life: Life): Promise<StackSituation> {
  let situation: StackSituation | undefined
  await life.type(async (options, { effects, leave }) => {
    const session = await openSession(options, effects, { command: 'plan', signal: leave })
    const content = await session.ledger.read()
    situation = await session.situation(await session.identify(content), content)
    session.close()
    return 0
  })
  return situation!
}

/** The plan for another config; a string: why the config is refused. */
export async function planFor(situation: StackSituation, config: Config): Promise<Plan | string> {
  const loaded = await loadedFrom(config)
  return typeof loaded === 'string' ? loaded : makePlan({ ...situation, desired: situation.wishOf(loaded) })
}

/** What a plan, or the refusal of the config, says about the removal. */
export function effectOf(situation: StackSituation, made: Plan | string): Effect {
  if (typeof made === 'string') return /\. \S/.test(made) ? 'refused' : 'silent'
  const { refusals, decisions } = made
  if (refusals.length > 0) return refusals.every(({ hint }) => hint !== '') ? 'refused' : 'silent'
  if (decisions.some(({ action }) => action !== 'none')) return 'changed'
  if (decisions.some(({ notes }) => notes)) return 'stays'
  const propsIn = (resources: StackSituation['desired']) =>
    canonical(resources.map(({ address, props, tags }) => ({ address, props, tags })))
  const now = decisions.flatMap(({ resource }) => resource ?? [])
  const before = new Map(situation.desired.map(resource => [resource.address, resource]))
  return propsIn(now) === propsIn(now.flatMap(({ address }) => before.get(address) ?? [])) ? 'same' : 'silent'
}

/** True when all that is to be done is done to what is there. */
export function isInPlace(made: Plan | string): boolean {
  return (
    typeof made !== 'string' &&
    made.refusals.length === 0 &&
    made.decisions.every(({ action }) => action === 'none' || action === 'update')
  )
}

/** Configs without several of these fields each, as many as can go in place in one edit: all of them between them. */
export async function batchesOf(
  situation: StackSituation,
  config: Config,
  fields: readonly Field[],
): Promise<Config[]> {
  if (fields.length === 0) return []
  const apart = fields.filter(
    (field, index) => !fields.slice(0, index).some(other => isAround(other.path, field.path)),
  )
  const rest = fields.filter(field => !apart.includes(field))
  const batch = apart.reduce((left, { path }) => without(left, path), config)
  const goes = apart.length === 1 || isInPlace(await planFor(situation, batch))
  const half = Math.ceil(apart.length / 2)
  const parts = goes ? [] : [apart.slice(0, half), apart.slice(half)]
  return [
    ...(goes ? [batch] : []),
    ...(await Promise.all(parts.map(part => batchesOf(situation, config, part)))).flat(),
    ...(await batchesOf(situation, config, rest)),
  ]
}

const isAround = (outer: Field['path'], inner: Field['path']) =>
  outer.every((step, index) => step === inner[index]) || inner.every((step, index) => step === outer[index])

/** What `plan` says, as a program reads it. */
export async function planned(life: Life): Promise<PlanDocument> {
  const { out, error } = await life.type((options, context) => plan({ ...options, json: true }, context))
  if (!out) throw error ?? new Error('nothing was planned')
  return JSON.parse(out) as PlanDocument
}

async function loadedFrom(config: Config): Promise<StackConfig | string> {
  try {
    const files = memoryFiles({ '/work/provision.json': JSON.stringify(config) })
    return (await loadConfig({ files, cwd: '/work' })).config
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error
    return error.problems.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`).join(' ')
  }
}
