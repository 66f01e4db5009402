import type { StackConfig } from '../../src/config/schema/stack.ts'
import { ProvisionError } from '../../src/errors.ts'
import type { Outage } from '../support/traffic-probe.ts'
import { urlOf } from '../support/traffic-probe.ts'
import { retriedFinding, retriedIn } from './attempts.ts'
import { orphansOf } from './leftovers.ts'
import type { LiveStack } from './live-stack.ts'
import { productionRequests, serversOfBoth } from './production.ts'
import type { Ended, Interruption, Planned } from './typing.ts'

/** What came of one `up`. */
export interface Changed {
  /** Nothing was written, or all but what is refused for its resource alone. */
  readonly refused: ProvisionError | undefined
  readonly findings: readonly string[]
  readonly interruptions: readonly Interruption[]
  /** Requests went unanswered. */
  readonly interrupted: boolean
  readonly retried: number
  /** Data of the other config is retained, so AWS holds more than this config says. */
  readonly keeps: boolean
}

const nothing: Changed = {
  refused: undefined,
  findings: [],
  interruptions: [],
  interrupted: false,
  retried: 0,
  keeps: false,
}

/** `up` from one config to the other, and what there is to say against it. */
export async function change(stack: LiveStack, before: StackConfig, after: StackConfig): Promise<Changed> {
  const interruptions = (await planned(stack))?.interruptions ?? []
  const requests = productionRequests(stack.world, before, after)
  const ended = await stack.up({ requests, ...(interruptions.length > 0 ? { allowInterruption: true } : {}) })
  const retried = retriedIn(ended.writes)
  if (ended.error && (ended.writes.length === 0 || isInPart(ended.error)))
    return { ...nothing, refused: ended.error, interruptions, retried }
  // Before any time passes: what `up` calls done is done.
  const next = ended.code === 0 ? await planned(stack) : undefined
  const outages = [...ended.outages, ...(await stack.watch(requests))]
  const findings = [
    ...endFindings(ended),
    ...outageFindings(outages, { before, after, interruptions }),
    ...(retried > 0 ? [retriedFinding(ended.writes, retried)] : []),
  ]
  const common = { ...nothing, findings, interruptions, interrupted: outages.length > 0, retried }
  if (ended.code !== 0) return common
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
  return { ...common, keeps }
}

function isInPart({ code, message }: ProvisionError): boolean {
  return code === 'refused' && message.startsWith('all other changes are made')
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

function endFindings(ended: Ended): string[] {
  if (ended.endless) return ['up has not ended']
  return ended.code === 0 ? [] : [`up failed: ${failureOf(ended)}`]
}

/** What a command says of its failure. */
export function failureOf({ error, err }: Pick<Ended, 'error' | 'err'>): string {
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
