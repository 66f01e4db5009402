import { setMaxListeners } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CallRecord } from '../src/aws/aws.ts'
import { connect } from '../src/aws/aws.ts'
import { identityTags } from '../src/aws/tags.ts'
import { execute } from '../src/commands/run.ts'
import { loadConfig } from '../src/config/load.ts'
import type { StackConfig } from '../src/config/schema/stack.ts'
import type { Effects } from '../src/effects/effects.ts'
import type { Files } from '../src/effects/files.ts'
import { memoryFiles } from '../test/support/memory-files.ts'
import { nodeFiles } from '../src/effects/node-files.ts'
import { seededRandom } from '../src/effects/random.ts'
import { VirtualClock } from '../src/effects/virtual-clock.ts'
import { edgesOf } from '../src/engine/graph.ts'
import { observe } from '../src/engine/observe.ts'
import { runPlan } from '../src/engine/run-plan.ts'
import { kindOf } from '../src/kinds/index.ts'
import type { Plan, Situation } from '../src/plan/decision.ts'
import { makePlan } from '../src/plan/make-plan.ts'
import { makeTeardown } from '../src/plan/make-teardown.ts'
import type { Resource } from '../src/resources/resource.ts'
import { pushImage } from '../src/sandbox/ecr/image.ts'
import { durations } from '../src/sandbox/durations.ts'
import { embed } from '../src/sandbox/embedded.ts'
import type { Faults, SandboxCall, WorldState } from '../src/sandbox/world.ts'
import { World } from '../src/sandbox/world.ts'
import type { StackOptions } from '../src/session.ts'
import { openSession } from '../src/session.ts'
import type { Entry, LedgerHeader } from '../src/state/entry.ts'
import type { Ledger, LedgerWriter } from '../src/state/ledger.ts'
import { describeStack } from '../src/steps/index.ts'
import { memoryLedger } from '../test/support/memory-ledger.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const apranova = `${root}examples/apranova/provision.yaml`

/** A config that comes with the project, and the environment of it that is measured. */
export interface Example {
  readonly name: string
  readonly environment: string | undefined
  readonly what: string
}

export const examples: readonly Example[] = [
  {
    name: 'ec2-ecs-s3',
    environment: undefined,
    what: "A web server and an API on EC2 instances, workers on Fargate, files in S3, somebody else's database",
  },
  {
    name: 'ecs-on-ec2',
    environment: undefined,
    what: 'A web application on ECS with EC2 instances of its own, tasks and PostgreSQL in private subnets',
  },
  {
    name: 'fargate-observability',
    environment: undefined,
    what: 'An API and a worker on Fargate that scale with their load, PostgreSQL, searchable logs, a dashboard, alarms',
  },
  {
    name: 'apranova',
    environment: undefined,
    what: 'A Django API and a Next.js frontend on Fargate, PostgreSQL, Redis, a shared workspace',
  },
  {
    name: 'portfolio',
    environment: 'dev',
    what: 'A Next.js frontend and a FastAPI backend behind HTTPS at a domain, PostgreSQL, Redis, two environments',
  },
  {
    name: 'portfolio',
    environment: 'prod',
    what: 'The same in its other environment: larger, in two zones, with a read replica',
  },
]

/** As measures name it. */
export function titleOf({ name, environment }: Omit<Example, 'what'>): string {
  return environment === undefined ? name : `${name} ${environment}`
}

export async function configOf({ name, environment }: Omit<Example, 'what'>): Promise<StackConfig> {
  const path = `${root}examples/${name}/provision.yaml`
  return (await loadConfig({ files: nodeFiles, cwd: root, path, environment })).config
}

export async function apranovaConfig(): Promise<StackConfig> {
  return configOf({ name: 'apranova', environment: undefined })
}

/** A write of the ledger, and when. */
export interface Put {
  readonly address: string
  readonly status: string
  readonly attributes: Readonly<Record<string, unknown>> | undefined
  readonly at: number
}

export interface Run {
  readonly desired: readonly Resource[]
  readonly plan: Plan
  readonly calls: readonly CallRecord[]
  readonly puts: readonly Put[]
  /** Seconds, from the first read to the last write. */
  readonly seconds: number
}

export interface Stage {
  readonly world: World
  up(): Promise<Run>
  /** As `up`, only that nothing is carried out. */
  plan(): Promise<Plan>
  /** Lets the time pass in which AWS still takes the first backup of a new database. */
  rest(): Promise<void>
  teardown(deleteData: 'all' | 'none'): Promise<Run>
  /** Everything that another process needs to go on from here. */
  save(): Promise<Saved>
}

export interface Saved {
  readonly world: WorldState
  readonly header: LedgerHeader
  readonly entries: readonly Entry[]
}

/**
 * A stack on an embedded AWS in virtual time. Images are pushed at the moment their repository is made: what a first
 * `up` costs when nothing is to be waited for but AWS itself.
 */
export function stage(
  config: StackConfig,
  {
    onCall = () => {},
    duration,
    saved,
  }: {
    readonly onCall?: (call: SandboxCall, world: World) => void
    readonly duration?: Faults['duration']
    readonly saved?: Saved
  } = {},
): Stage {
  const clock = new VirtualClock(saved ? { start: saved.world.now } : {})
  const { region, stack, environment } = config
  const after = (call: SandboxCall) => {
    const { repositoryName } = call.input as { repositoryName?: string }
    if (call.operation === 'CreateRepository')
      for (const { tag } of Object.values(config.services)) pushImage(world, repositoryName!, tag)
    onCall(call, world)
  }
  const state = saved ? { state: saved.world } : {}
  const world = new World({
    clock,
    random: seededRandom(1),
    region,
    faults: { after, ...(duration && { duration }) },
    ...state,
  })
  let calls: CallRecord[] = []
  let puts: Put[] = []
  const connection = connect({
    region,
    clock,
    random: seededRandom(2),
    embedded: embed(world),
    onCall: call => calls.push(call),
  })
  const { account, partition } = world
  const context = { aws: connection.aws, account, region, partition, random: seededRandom(4) }
  const zones = config.network.zones ?? ['a', 'b', 'c'].map(letter => `${region}${letter}`)
  const images = Object.fromEntries(Object.keys(config.services).map(name => [name, true]))
  const desired = describeStack(config, {
    account,
    region,
    partition,
    zones,
    images,
    passwords: [],
    secrets: {},
    running: {},
  })
  const identity = { stack, environment }
  const ledger = memoryLedger()

  const holder = { user: 'bench', host: 'bench', pid: 1, since: 0, command: 'up', tool: '0' }
  const restored = saved ? restore(ledger, saved) : Promise.resolve()

  const situation = async (): Promise<Situation> => {
    await restored
    const content = await ledger.read()
    const lineage = content?.header.lineage ?? 'bench'
    const identityOf = (address: string) => identityTags(identity, lineage, address)
    const observed = await observe({ desired, ledger: content, kindOf, context, identityOf })
    return { identity, desired, ledger: content, observed, kindOf, newLineage: lineage }
  }

  const run = async (planFor: (situation: Situation) => Plan): Promise<Run> => {
    calls = []
    puts = []
    const began = clock.now()
    const plan = planFor(await situation())
    if (plan.refusals.length > 0) throw new Error(plan.refusals.map(({ message }) => message).join('; '))
    const lock = await ledger.lock(holder)
    if (!lock.content)
      await lock.begin({ format: 1, stack, environment, lineage: plan.lineage, account, region, tool: '0' })
    const watched: LedgerWriter = {
      get content() {
        return lock.content
      },
      guard: () => lock.guard(),
      note: outcome => lock.note(outcome),
      begin: (header, after) => lock.begin(header, after),
      put: (address, entry) => {
        const attributes = entry && 'attributes' in entry ? entry.attributes : undefined
        puts.push({ address, status: entry?.status ?? 'forgotten', attributes, at: clock.now() })
        return lock.put(address, entry)
      },
      putReleases: (service, releases) => lock.putReleases(service, releases),
      release: () => lock.release(),
    }
    const failures: string[] = []
    const { outcome } = await runPlan({
      plan,
      kindOf,
      context,
      patient: connection.patient,
      ledger: watched,
      clock,
      emit: event => {
        if (event.type === 'resource.failed') failures.push(`${event.address}: ${event.problem.message}`)
      },
    })
    await lock.release()
    if (outcome !== 'done') throw new Error(`the run ended as ${outcome}: ${failures.join('; ')}`)
    return { desired, plan, calls, puts, seconds: (clock.now() - began) / 1000 }
  }

  return {
    world,
    up: () => run(makePlan),
    plan: async () => makePlan(await situation()),
    save: async () => {
      const content = await ledger.read()
      return { world: world.snapshot(), header: content!.header, entries: [...content!.entries.values()] }
    },
    rest: () => clock.sleep(durations['db-instance first backup'] * 1000),
    teardown: deleteData =>
      run(situation =>
        makeTeardown(situation, edgesOf, {
          deleteData: deleteData === 'all' ? 'all' : new Set(),
          stamp: 'bench',
        }),
      ),
  }
}

async function restore(ledger: Ledger, { header, entries }: Saved): Promise<void> {
  const lock = await ledger.lock({ user: 'bench', host: 'bench', pid: 1, since: 0, command: 'up', tool: '0' })
  await lock.begin(header)
  for (const entry of entries) await lock.put(entry.address, entry)
  await lock.release()
}

/** The calls of one command as users run it: with everything that the session asks before the plan. */
export interface CommandCalls {
  readonly desired: readonly Resource[]
  readonly calls: readonly CallRecord[]
  /** By the clock of the embedded AWS. */
  readonly seconds: number
}

/** A first `up` and then a plan that finds nothing to do, through the session that the commands use. */
export async function firstUpAndPlan({
  name,
  environment,
}: Example): Promise<{ readonly up: CommandCalls; readonly plan: CommandCalls }> {
  const effects = quietEffects(memoryFiles())
  effects.files.replace('/stack/provision.yaml', nodeFiles.read(`${root}examples/${name}/provision.yaml`)!)
  const options = { sandbox: true, environment }
  return {
    up: await commandCalls(effects, 'up', options),
    plan: await commandCalls(effects, 'plan', options),
  }
}

export async function commandCalls(
  effects: Effects,
  command: 'up' | 'plan',
  options: StackOptions = { sandbox: true },
): Promise<CommandCalls> {
  const session = await openSession(options, effects, { command })
  const began = session.clock.now()
  const known = await session.ledger.read()
  const context = await session.identify(known)
  const { desired, ...rest } = await session.situation(context, known)
  const plan = makePlan({ desired, ...rest })
  if (command === 'up') {
    const { user, host, pid } = effects.host
    const ledger = await session.ledger.lock({ user, host, pid, since: 0, command, tool: '0' })
    const { signal } = new AbortController()
    // Everything that is waited for listens to it.
    setMaxListeners(0, signal)
    const result = await execute(
      { command, session, context, plan, ledger, emit: () => {}, again: 'provision up', options },
      { effects, stop: signal, leave: signal },
    )
    await ledger.release()
    if (result.outcome !== 'done') throw new Error(`${command} ended as ${result.outcome}`)
  } else {
    const work = plan.decisions.filter(({ action }) => action !== 'none')
    if (work.length > 0)
      throw new Error(`a plan after up finds work: ${work.map(({ address }) => address).join(', ')}`)
  }
  session.close()
  return { desired, calls: session.calls, seconds: (session.clock.now() - began) / 1000 }
}

export function quietEffects(files: Files): Effects {
  return {
    clock: new VirtualClock(),
    random: seededRandom(3),
    files,
    terminal: {
      out: () => {},
      err: () => {},
      interactive: false,
      live: false,
      color: { stdout: false, stderr: false },
      columns: 80,
      unicode: true,
      confirm: async () => true,
      askSecret: async () => undefined,
      input: async () => '',
    },
    host: { user: 'bench', host: 'bench', pid: 1, isAlive: () => false },
    cwd: '/stack',
    environment: {},
    openLiveArea: () => Promise.reject(new Error('no live area in a bench')),
    tick: () => () => {},
  }
}

/**
 * Reads made after the first change: looks at what is being made, and whatever else is asked in between. A change that
 * AWS has refused, because it does not know of a new role yet, is made again and counts as a look.
 */
export function pollsOf(calls: readonly CallRecord[]): CallRecord[] {
  const began = Math.min(...calls.filter(({ read }) => !read).map(({ started }) => started))
  return calls.filter(({ read, started, error }) => (read ? started >= began : error !== undefined))
}
