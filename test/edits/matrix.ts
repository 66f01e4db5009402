import type { StackConfig } from '../../src/config/schema/stack.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { ProvisionError } from '../../src/errors.ts'
import type { Outage } from '../support/traffic-probe.ts'
import { urlOf } from '../support/traffic-probe.ts'
import type { Document, Subject } from './document.ts'
import { documentOf } from './document.ts'
import type { Edit } from './edit.ts'
import { differences, orphansOf, taggedOf, tallyOf } from './leftovers.ts'
import type { Tally } from './leftovers.ts'
import type { Ended, Interruption, Planned, Write } from './live-stack.ts'
import { LiveStack } from './live-stack.ts'
import { configOf, productionRequests, serversOfBoth } from './production.ts'

export type Verdict = 'executed' | 'refused' | 'announced' | 'one-way' | 'failed'

export interface Result {
  readonly edit: string
  readonly verdict: Verdict
  /** What is wrong, in a line each; empty unless it failed. */
  readonly findings: readonly string[]
  /** Why it was refused, or cannot be taken back. */
  readonly reason?: string | undefined
  /** Virtual seconds in which a call was repeated that could never succeed. */
  readonly retried: number
  /** Announced, and no request went unanswered. */
  readonly calm?: boolean
}

/** What all edits of an example begin with. */
export interface Base {
  readonly document: Document
  readonly config: StackConfig
  readonly stack: LiveStack
  readonly tally: Tally
  /** What is left after its own teardown. */
  readonly remains: Tally
}

const bases = new Map<string, Promise<Base>>()

/** The live stack of an example; built once. */
export function baseOf(subject: Subject): Promise<Base> {
  const key = JSON.stringify(subject)
  const base = bases.get(key) ?? build(documentOf(subject))
  bases.set(key, base)
  return base
}

export async function build(document: Document): Promise<Base> {
  const stack = await LiveStack.built(document)
  const hold = stack.copy(1)
  const { code, err } = await hold.teardown()
  if (code !== 0) throw new Error(`the stack itself cannot be torn down: ${err}`)
  const config = await configOf(document)
  if (!config) throw new Error('the config is not valid')
  return { document, config, stack, tally: tallyOf(stack.world), remains: tallyOf(hold.world) }
}

/** What cannot be taken back in AWS: what grows or is upgraded, and what is encrypted once and for all. */
const oneWay =
  /(\.version|\.engine|\.allocatedStorage|\.storageType|\.maxAllocatedStorage|\.rootVolume\.size|\.volumeSize|Encrypt\w*|\.encryption|^databases|^caches|^search)\b/

/** One edit of a live stack, then the way back, then the end. */
export async function live(base: Base, edit: Edit, seed = 1): Promise<Result> {
  const findings: string[] = []
  const stack = base.stack.copy(seed)
  stack.document = edit.after
  const after = await configOf(edit.after)
  stack.pushImages()
  const forward = await change(stack, base.config, after ?? base.config)
  let retried = forward.retried
  if (forward.refused) {
    const wrong = refusalFindings(forward.refused)
    return {
      edit: edit.id,
      verdict: wrong.length > 0 ? 'failed' : 'refused',
      findings: wrong,
      reason: forward.refused.message,
      retried,
    }
  }
  findings.push(...forward.findings)
  const announced = forward.interruptions.length > 0

  stack.document = base.document
  stack.pushImages()
  const back = await change(stack, after ?? base.config, base.config)
  retried = Math.max(retried, back.retried)
  let reason: string | undefined
  if (back.refused) {
    reason = back.refused.message
    const wrong = refusalFindings(back.refused)
    if (!oneWay.test(edit.id)) findings.push(`back: refused: ${reason}`)
    else findings.push(...wrong.map(finding => `back: ${finding}`))
    stack.document = edit.after
  } else {
    findings.push(...back.findings.map(finding => `back: ${finding}`))
    if (back.findings.length === 0 && !back.keeps)
      findings.push(...differences(tallyOf(stack.world), base.tally).map(what => `back: ${what}`))
  }

  findings.push(...(await removal(stack, base)).map(finding => `teardown: ${finding}`))
  const verdict =
    findings.length > 0 ? 'failed' : back.refused ? 'one-way' : announced ? 'announced' : 'executed'
  return {
    edit: edit.id,
    verdict,
    findings,
    reason,
    retried,
    ...(announced ? { calm: !forward.interrupted } : {}),
  }
}

/** The same edit with one of its calls refused for good, then the way back. Undefined where it makes no call. */
export async function liveWithFailure(base: Base, edit: Edit, seed = 1): Promise<Result | undefined> {
  const after = await configOf(edit.after)
  if (!after) return undefined
  const trial = base.stack.copy(seed)
  trial.document = edit.after
  trial.pushImages()
  const clean = await trial.up({ allowInterruption: true })
  if (clean.writes.length === 0) return undefined
  const deny = clean.writes[Math.floor(seededRandom(seed).number() * clean.writes.length)]!.site

  const stack = base.stack.copy(seed)
  stack.document = edit.after
  stack.pushImages()
  const failing = await stack.up({ allowInterruption: true, deny })
  const findings = failing.endless ? [`${deny} denied: up has not ended`] : []
  stack.document = base.document
  stack.pushImages()
  const back = await change(stack, base.config, base.config)
  if (back.refused) {
    if (!oneWay.test(edit.id)) findings.push(`${deny} denied, back: refused: ${back.refused.message}`)
  } else {
    const ours = back.findings.filter(finding => !finding.startsWith('outage'))
    findings.push(...ours.map(finding => `${deny} denied, back: ${finding}`))
    if (ours.length === 0 && !back.keeps)
      findings.push(
        ...differences(tallyOf(stack.world), base.tally).map(what => `${deny} denied, back: ${what}`),
      )
  }
  return {
    edit: `${edit.id} WITH ${deny} DENIED`,
    verdict: findings.length > 0 ? 'failed' : back.refused ? 'one-way' : 'executed',
    findings,
    reason: back.refused?.message,
    retried: Math.max(retriedIn(failing.writes), back.retried),
  }
}

interface Changed {
  /** Nothing was written. */
  readonly refused: ProvisionError | undefined
  readonly findings: readonly string[]
  readonly interruptions: readonly Interruption[]
  /** Requests went unanswered. */
  readonly interrupted: boolean
  readonly retried: number
  /** Data of the other config is retained, so AWS holds more than this config says. */
  readonly keeps: boolean
}

/** `up` from one config to the other, and what there is to say against it. */
async function change(stack: LiveStack, before: StackConfig, after: StackConfig): Promise<Changed> {
  const interruptions = (await planned(stack))?.interruptions ?? []
  const requests = productionRequests(stack.world, before, after)
  const ended = await stack.up({ requests, ...(interruptions.length > 0 ? { allowInterruption: true } : {}) })
  const common = { interruptions, interrupted: ended.outages.length > 0, retried: retriedIn(ended.writes) }
  if (ended.error && ended.writes.length === 0)
    return { ...common, refused: ended.error, findings: [], keeps: false }
  const findings = [
    ...endFindings(ended),
    ...outageFindings(ended.outages, { before, after, interruptions }),
    ...(common.retried > 0 ? [retriedFinding(ended.writes, common.retried)] : []),
  ]
  if (ended.code !== 0) return { ...common, refused: undefined, findings, keeps: false }
  const next = await planned(stack)
  const work = (next?.resources ?? []).filter(({ action }) => action !== 'none' && action !== 'keep')
  findings.push(
    ...work.slice(0, 3).map(({ action, address, changes }) => {
      return `the next plan is not empty: ${action} ${address} ${changes.map(({ path }) => path).join(', ')}`
    }),
  )
  if (next === undefined) findings.push('the next plan is refused')
  for (const { message } of next?.refusals ?? []) findings.push(`the next plan is refused: ${message}`)
  findings.push(...(await orphansOf(stack)).map(arn => `orphan: ${arn}`))
  const deposed = [...((await stack.ledger())?.entries.values() ?? [])].filter(
    entry => entry.deposed.length > 0 || entry.status !== 'ready',
  )
  findings.push(...deposed.map(({ address, status }) => `forgotten in the ledger: ${address} (${status})`))
  const keeps = (next?.resources ?? []).some(({ action }) => action === 'keep')
  return { ...common, refused: undefined, findings, keeps }
}

/** The plan; undefined where the command itself refuses. */
async function planned(stack: LiveStack): Promise<Planned | undefined> {
  try {
    return await stack.plan()
  } catch (error) {
    if (error instanceof ProvisionError) return undefined
    throw error
  }
}

async function removal(stack: LiveStack, base: Base): Promise<string[]> {
  const { code, error, err, endless, writes } = await stack.teardown()
  const retried = retriedIn(writes)
  if (code !== 0)
    return [
      endless ? 'it has not ended' : failureOf({ error, err }),
      ...(retried > 0 ? [retriedFinding(writes, retried)] : []),
    ]
  const left = taggedOf(stack).filter(arn => !/:snapshot:|:natgateway\/|:vpc-endpoint\//.test(arn))
  return [...left.map(arn => `left: ${arn}`), ...differences(tallyOf(stack.world), base.remains)]
}

function endFindings(ended: Ended): string[] {
  if (ended.endless) return ['up has not ended']
  return ended.code === 0 ? [] : [`up failed: ${failureOf(ended)}`]
}

function failureOf({ error, err }: Pick<Ended, 'error' | 'err'>): string {
  const lines = err
    .split('\n')
    .filter(line => / failed: |^Up failed|^Teardown failed|is kept|in use/.test(line))
  return [error?.message, ...lines.slice(0, 4)].filter(Boolean).join(' | ').slice(0, 700)
}

interface Around {
  readonly before: StackConfig
  readonly after: StackConfig
  readonly interruptions: readonly Interruption[]
}

/** Outages that nobody has announced. */
function outageFindings(outages: readonly Outage[], { before, after, interruptions }: Around): string[] {
  return outages
    .filter(({ request }) => {
      const servers = serversOfBoth(before, after, request.path)
      return !interruptions.some(({ service }) => servers.has(service))
    })
    .map(({ request, seconds, reason }) => `outage of ${seconds} s at ${urlOf(request)}: ${reason}`)
}

/** The longest time in which AWS refused the same call again and again, and never took it. Seconds. */
export function retriedIn(writes: readonly Write[]): number {
  return Math.max(0, ...[...attemptsIn(writes).values()].map(lengthOf))
}

function attemptsIn(writes: readonly Write[]): Map<string, Write[]> {
  const attempts = new Map<string, Write[]>()
  for (const write of writes) {
    const key = `${write.operation} ${write.input}`
    attempts.set(key, [...(attempts.get(key) ?? []), write])
  }
  return attempts
}

function lengthOf(attempts: readonly Write[]): number {
  const blocked = attempts.filter(write => write.blocked)
  const [first] = blocked
  const last = blocked.at(-1)
  if (!first || !last || last !== attempts.at(-1)) return 0
  return Math.round((last.at - first.at) / 1000)
}

function retriedFinding(writes: readonly Write[], seconds: number): string {
  const [, attempts] = [...attemptsIn(writes)].find(([, all]) => lengthOf(all) === seconds)!
  const { operation, error, input } = attempts[0]!
  return `retried a call that the stack itself makes impossible for ${seconds} s: ${operation} ${error} ${input.slice(0, 160)}`
}

/** A refusal says what to do instead; that something cannot be done is half of the answer. */
function refusalFindings({ message, hint }: ProvisionError): string[] {
  if (message.trim() === '') return ['refused without a message']
  if (hint.trim() === '') return [`refused without a hint: ${message}`]
  return /^take this change back in the config\.?$/i.test(hint.trim())
    ? [`refused without a way forward: ${message}`]
    : []
}
