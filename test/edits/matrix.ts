import { seededRandom } from '../../src/effects/random.ts'
import type { ProvisionError } from '../../src/errors.ts'
import { retriedFinding, retriedIn } from './attempts.ts'
import type { Base } from './base.ts'
import { change, failureOf } from './change.ts'
import type { Edit } from './edit.ts'
import { differences, taggedOf, tallyOf } from './leftovers.ts'
import type { LiveStack } from './live-stack.ts'
import { configOf } from './production.ts'

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

/** What cannot be taken back: what grows or is upgraded in AWS, what is encrypted once and for all, an older ledger. */
const oneWay =
  /((?:\.|")version|(?:\.|")engine|(?:\.|")allocatedStorage|\.storageType|\.maxAllocatedStorage|\.rootVolume\.size|\.volumeSize|Encrypt\w*|\.encryption|\bledger)\b/

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
      findings.push(...unlikeBase(stack, base, edit).map(what => `back: ${what}`))
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

/** How the stack differs from what it was. A database that had replicas keeps its password where they needed it. */
function unlikeBase(stack: LiveStack, base: Base, edit: Edit): string[] {
  return differences(tallyOf(stack.world), base.tally).filter(
    what => !(/\breplicas\b/.test(edit.id) && what.startsWith('secretsmanager/secret ')),
  )
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
  const sites = clean.writes.filter(({ error }) => error === undefined).map(({ site }) => site)
  const deny = sites[Math.floor(seededRandom(seed).number() * sites.length)]!

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
      findings.push(...unlikeBase(stack, base, edit).map(what => `${deny} denied, back: ${what}`))
  }
  return {
    edit: `${edit.id} WITH ${deny} DENIED`,
    verdict: findings.length > 0 ? 'failed' : back.refused ? 'one-way' : 'executed',
    findings,
    reason: back.refused?.message,
    retried: Math.max(retriedIn(failing.writes), back.retried),
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

/** A refusal says what to do instead; that something cannot be done is half of the answer. */
function refusalFindings({ code, message, hint }: ProvisionError): string[] {
  if (code === 'bug' || code === 'failed') return [`it failed before its first write: ${message}`]
  if (message.trim() === '') return ['refused without a message']
  if (hint.trim() === '') return [`refused without a hint: ${message}`]
  return /^take this change back in the config\.?$/i.test(hint.trim())
    ? [`refused without a way forward: ${message}`]
    : []
}
