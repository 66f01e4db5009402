import type { ReleaseTools } from '../../src/commands/release-session.ts'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { rolloutHistory, rolloutStatus } from '../../src/commands/rollout-status.ts'
import { attach, resume, rollback } from '../../src/commands/rollout-verbs.ts'
import { rollout } from '../../src/commands/rollout.ts'
import { targets } from '../../src/sandbox/application-auto-scaling/rows.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import type { Fault } from './fault.ts'
import { callFaults, diskFaults, releaseEvents, tableFaults } from './fault.ts'
import type { Clean, Findings } from './sweep.ts'
import { told } from './sweep.ts'
import { Traffic, happen, newImage } from './traffic.ts'
import type { Ended, Typed } from './typed.ts'
import type { Moment } from './universe.ts'
import { Universe } from './universe.ts'

/** `steps`: canary by several steps, which the command takes. */
export type Strategy = 'rolling' | 'blue-green' | 'canary' | 'steps'

const service = 'api'
const tools: ReleaseTools = {
  programs: { find: () => undefined, run: async () => ({ code: 0, lastLines: [] }) },
  web: { status: async () => 200, text: async () => '', post: async () => 200 },
}
const checks = { http: ['/'] }

const release =
  (strategy: Strategy, options: RolloutOptions = {}): Typed =>
  (common, context) =>
    rollout(
      service,
      { ...common, ...checks, image: [newImage], ...wayOf(strategy), ...options },
      context,
      tools,
    )
const wayOf = (strategy: Strategy): RolloutOptions =>
  strategy === 'steps' ? { strategy: 'canary', steps: '1,10,50,100', stepMinutes: '2' } : { strategy }
const follow: Typed = (common, context) => attach(service, { ...common, ...checks }, context, tools)
const goOn: Typed = (common, context) => resume(service, { ...common, ...checks }, context, tools)
const goBack: Typed = (common, context) => rollback(service, common, context, tools)
const status: Typed = (common, context) => rolloutStatus(undefined, { ...common, json: true }, context, tools)
const history: Typed = (common, context) => rolloutHistory(service, { ...common, json: true }, context, tools)

const running = new Map<Clean, Promise<Moment>>()
const releases = new Map<string, Promise<Ended>>()

/** The stack as it stands with all its services up, to release to. */
function runningMoment(clean: Clean): Promise<Moment> {
  const known = running.get(clean) ?? bringUp(clean)
  running.set(clean, known)
  return known
}

/** The first service of the example, which is the one that is released to, scales. */
const scaled = '    scaling: { min: 2, max: 4, cpu: 60 }\n'

async function bringUp({ example, store, built }: Clean): Promise<Moment> {
  const universe = new Universe(example, 1, { store, moment: built })
  for (const [path, text] of universe.contents)
    if (path.endsWith('/provision.yaml'))
      universe.contents.set(path, text.replace('    desiredCount: 2\n', `    desiredCount: 2\n${scaled}`))
  pushImage(universe.cloud, 'storefront/shop', 'v1')
  const up = await universe.run('up')
  if (up.code !== 0) throw new Error(`${example} cannot be brought up: ${told(up)}`)
  await universe.settle()
  return universe.moment()
}

/** A release in which nothing goes wrong: its calls are the places at which something can. */
export function cleanRelease(clean: Clean, strategy: Strategy): Promise<Ended> {
  const key = `${clean.example} ${clean.store} ${strategy}`
  const known = releases.get(key) ?? releaseOnce(clean, strategy)
  releases.set(key, known)
  return known
}

async function releaseOnce(clean: Clean, strategy: Strategy): Promise<Ended> {
  const universe = await universeFor(clean, 1)
  const ended = await universe.run(release(strategy))
  if (ended.code !== 0) throw new Error(`${strategy} does not release: ${told(ended)}`)
  return ended
}

async function universeFor(clean: Clean, seed: number): Promise<Universe> {
  const { example, store } = clean
  return new Universe(example, seed, { store, moment: await runningMoment(clean) })
}

/**
 * A release with these faults. Traffic is looked at every second. Then people do what the documents say: look at the
 * status, attach to what is under way, release again what did not get through, and go on with `up`.
 */
export function releaseWith(strategy: Strategy) {
  return async (clean: Clean, seed: number, faults: readonly Fault[]): Promise<Findings> => {
    const universe = await universeFor(clean, seed)
    const traffic = new Traffic(universe, service)
    const findings: string[] = []
    const others: Promise<Ended>[] = []
    const onSite = (site: string) => {
      const kind = faults.find(({ at }) => at === site)?.kind
      if (kind === 'somebody else releases')
        others.push(universe.begin(release(strategy), { host: 'runner-7' }))
      else if (kind) happen(kind, universe, service)
    }
    const first = await universe.run(release(strategy), { faults, onSite })
    findings.push(...rivalry([first, ...(await universe.time.until(Promise.all(others)))]))
    await untilReleased(universe, strategy, faults, findings)
    const byHand = faults.some(({ kind }) => kind === 'weights are set by hand')
    if (first.code === 0 && !byHand && traffic.now().some(({ healthy }) => !healthy))
      findings.push(`P8 the release ended well, and its traffic meets nothing healthy: ${told(first)}`)
    await untilQuiet(universe, findings)
    traffic.stop()
    return [...findings, ...replacedIn(universe, faults), ...traffic.judged(faults), ...universe.findings]
  }
}

/** Of the same release at the same time one begins it; a later one follows it, is refused, or has nothing to release. */
function rivalry(all: readonly Ended[]): string[] {
  const kept = ({ code, error }: Ended) => code === 0 || ['locked', 'refused'].includes(error?.code ?? '')
  const many =
    all.length > 1 && all.filter(({ writes }) => writes.includes('RegisterTaskDefinition')).length > 1
  return many || (all.length > 1 && !all.every(kept))
    ? [`P3 releases at the same time: ${all.map(told).join(' AND ')}`]
    : []
}

interface Shown {
  readonly service: string
  readonly image: string
  readonly release?: { readonly status: string }
}

async function statusIn(universe: Universe, findings: string[]): Promise<Shown | undefined> {
  const ended = await universe.run(status)
  if (ended.code !== 0) {
    findings.push(`P13 no status: ${told(ended)}`)
    return undefined
  }
  return (JSON.parse(ended.out) as { services: Shown[] }).services.find(one => one.service === service)
}

async function untilReleased(
  universe: Universe,
  strategy: Strategy,
  faults: readonly Fault[],
  findings: string[],
): Promise<void> {
  const hopeless = faults.some(({ kind }) => kind === 'the new version gets sick')
  let last: Ended | undefined
  for (let attempt = 1; attempt <= 8; attempt++) {
    await universe.time.pass(5000)
    const now = await statusIn(universe, findings)
    if (!now) return
    // A pause that was left to people is ended by people.
    if (now.release) last = await universe.run(last?.code === 13 ? goOn : follow)
    else if (hopeless) {
      // A version that got sick after it had all the traffic is taken back by hand.
      if (now.image === newImage) last = await universe.run(goBack)
      else return
    } else if (now.image === newImage) break
    else last = await universe.run(release(strategy, { acceptWeights: true }))
  }
  const now = await statusIn(universe, findings)
  const wanted = hopeless ? now?.image !== newImage : now?.image === newImage
  if (!wanted || now?.release)
    findings.push(
      `P1 after eight more commands it runs ${now?.image}, ${now?.release?.status}: ${last && told(last)}`,
    )
}

/** `up` finds nothing to do that a release has done, and the history knows how it ended. */
async function untilQuiet(universe: Universe, findings: string[]): Promise<void> {
  const before = deploymentsIn(universe)
  const up = await universe.run('up')
  if (up.code !== 0) findings.push(`P1 up after the release: ${told(up)}`)
  if (deploymentsIn(universe) > before) findings.push(`P5 up has deployed: ${up.writes.join(' ')}`)
  const quiet = await universe.run('up')
  if (quiet.code !== 0 || quiet.writes.length > 0)
    findings.push(`P5 the next up is not quiet: ${quiet.writes.join(' ')} ${told(quiet)}`)
  for (const { suspended } of targets(universe.cloud).list())
    if (suspended?.DynamicScalingInSuspended || suspended?.DynamicScalingOutSuspended)
      findings.push('P5 autoscaling is still suspended after up')
  const ended = await universe.run(history)
  if (ended.code !== 0) findings.push(`P13 no history: ${told(ended)}`)
  else if (ended.out.includes('"outcome": "running"'))
    findings.push(`P3 the history has a release that runs for ever: ${ended.out}`)
}

function deploymentsIn({ cloud }: Universe): number {
  return services(cloud)
    .list()
    .reduce((sum, { deployments }) => sum + deployments.length, 0)
}

/** P9: one release is one deployment; a second one would have taken the place of the first. */
function replacedIn({ cloud }: Universe, faults: readonly Fault[]): string[] {
  // UpdateService takes no token: a request that comes minutes late is one more.
  if (faults.some(({ kind }) => kind.startsWith('arrives'))) return []
  return services(cloud)
    .list()
    .flatMap(({ deployments }) => deployments.filter(({ status }) => status === 'STOPPED'))
    .map(({ reason }) => `P9 a deployment was stopped: ${reason}`)
}

/** Every single thing that can go wrong in a release: at each call, at each write to the ledger. */
export async function releaseFaults(clean: Clean, strategy: Strategy): Promise<Fault[]> {
  const { sent, ledgerSites } = await cleanRelease(clean, strategy)
  return [
    ...sent.flatMap(({ site: at, read }) =>
      [...(read ? followFaults : callFaults), ...releaseEvents].map(kind => ({ at, kind })),
    ),
    ...ledgerSites.flatMap(at =>
      (at.startsWith('disk') ? diskFaults : tableFaults).map(kind => ({ at, kind })),
    ),
  ]
}

/** What can go wrong with a look at a release. */
const followFaults = ['kill before it is sent', 'paused 10 min', 'request lost', 'Ctrl-C'] as const
