import { owned } from '../aws/owned.ts'
import { edgesOf } from '../engine/graph.ts'
import { throwingFailures } from '../engine/problem.ts'
import { strangersRefused } from '../engine/strangers.ts'
import { kindOf } from '../kinds/index.ts'
import { ProvisionError } from '../errors.ts'
import { planText } from '../events/plan-text.ts'
import { safe, styleFor } from '../events/style.ts'
import { endedAmong } from '../kinds/ec2/instance-rows.ts'
import { inactiveAmong } from '../kinds/ecs/inactive.ts'
import { hasWork } from '../plan/decision.ts'
import { makeTeardown } from '../plan/make-teardown.ts'
import type { Plan } from '../plan/decision.ts'
import type { KindContext } from '../resources/kind.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes, holderOf, listenerFor } from './command.ts'
import { execute, exitCodeOf } from './run.ts'
import { consent, refused } from './up.ts'

export interface TeardownOptions extends StackOptions {
  readonly json?: boolean | undefined
  readonly yes?: boolean | undefined
  /** Addresses of data that may go without a snapshot, or `all`. */
  readonly deleteData?: readonly string[] | undefined
  /** What was imported goes too. */
  readonly deleteImported?: boolean | undefined
}

/** Removes the stack: users before used, data only with consent, and a sweep by tag at the end. */
export async function teardown(options: TeardownOptions, command: CommandContext): Promise<number> {
  const { effects, stop, leave } = command
  const { terminal } = effects
  const session = await openSession(options, effects, { signal: leave, stop })
  const known = await session.ledger.read()
  const context = await session.identify(known)
  const ledger = await session.ledger.lock(holderOf(effects, 'teardown'))
  try {
    const situation = await session.situation(context, ledger.content)
    const named = options.deleteData ?? []
    const made = makeTeardown(situation, edgesOf, {
      deleteData: named.includes('all') ? 'all' : new Set(named),
      deleteImported: options.deleteImported,
      stamp: stampOf(session.clock.now()),
    })
    checkNames(named, made)
    const plan = await strangersRefused(made, kindOf, context)
    const { stack, environment } = plan.identity
    if (!options.json) {
      const { account, region } = context
      const style = styleFor(terminal.color.stderr)
      const nothing = `Nothing to remove: neither the ledger nor AWS has anything of ${stack}/${environment}${plan.decisions.length > 0 ? ' that may go' : ''}.`
      const about = { style, stack, environment, account, region, nothing }
      terminal.err(planText(plan.decisions, plan.refusals, about))
    }
    if (plan.refusals.length > 0) throw refused(plan)
    let kept: ReadonlyMap<string, string> = new Map()
    if (hasWork(plan)) {
      if (!(await consent(options, command, `Remove ${stack}/${environment}?`))) return exitCodes.failed
      const emit = await listenerFor(command, { json: options.json ?? false, now: () => session.clock.now() })
      const result = await execute({ command: 'teardown', session, context, plan, ledger, emit }, command)
      if (result.outcome !== 'done') return exitCodeOf(result)
      kept = result.kept
    }
    // What a next life of this stack releases has nothing to go back to here.
    if (ledger.content?.entries.size === 0)
      for (const service of Object.keys(ledger.content.releases ?? {})) await ledger.putReleases(service, [])
    const left = await throwingFailures(() => sweep(context, plan, kept))
    if (!options.json) showSweep(command, left, plan)
    return exitCodes.done
  } finally {
    await ledger.release()
    session.close()
  }
}

/** What is left of the stack, save what this run has seen to be gone: AWS goes on listing that for a while. */
async function sweep(
  { aws }: KindContext,
  { identity, decisions }: Plan,
  kept: ReadonlyMap<string, string>,
): Promise<string[]> {
  const gone = decisions
    .filter(({ action, address }) => action === 'delete' && !kept.has(address))
    .flatMap(({ observed }) => Object.values(observed?.attributes ?? {}))
    .filter(value => typeof value === 'string')
  const left = (await owned(aws, identity))
    .map(({ arn }) => arn)
    .filter(arn => !gone.some(id => arn === id || arn.endsWith(`/${id}`)))
  // Instances of an Auto Scaling group went with it, and revisions that releases have made went as strays: no plan has them.
  const [ended, inactive] = await Promise.all([endedAmong(left, aws), inactiveAmong(left, aws)])
  return left.filter(arn => !ended.has(arn) && !inactive.has(arn))
}

function showSweep({ effects: { terminal } }: CommandContext, left: readonly string[], plan: Plan): void {
  const { stack, environment } = plan.identity
  if (left.length === 0)
    return terminal.err(`Nothing tagged ${stack}/${environment} is left in this region.\n`)
  terminal.err(`Still tagged ${stack}/${environment}:\n`)
  for (const arn of left) terminal.out(`${safe(arn)}\n`)
  const data = plan.decisions.filter(({ action, data: holds }) => action === 'keep' && holds)
  if (data.length > 0)
    terminal.err(
      `Data was kept. To let it go: provision teardown ${data.map(({ address }) => `--delete-data ${address}`).join(' ')}\n`,
    )
  else
    terminal.err(
      'AWS lists what it has deleted for a few more minutes; run provision teardown again to look anew.\n',
    )
}

function checkNames(named: readonly string[], { decisions }: Plan): void {
  const data = decisions.filter(decision => decision.data).map(({ address }) => address)
  const wrong = named.find(name => name !== 'all' && !data.includes(name))
  if (wrong === undefined) return
  throw new ProvisionError({
    code: 'usage',
    message: `--delete-data ${wrong}: this stack has no data of that address`,
    hint: data.length > 0 ? `its data: ${data.join(', ')}` : 'it has no data; leave --delete-data out',
  })
}

/** `20260102-030405`. */
function stampOf(now: number): string {
  return new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
}
