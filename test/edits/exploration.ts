import type { Subject } from './document.ts'
import { documentOf } from './document.ts'
import { baseOf } from './base.ts'
import type { Edit } from './edit.ts'
import { editsOf, pairsOf, shuffledEditsOf } from './generator.ts'
import type { Result, Verdict } from './matrix.ts'
import { live, liveWithFailure } from './matrix.ts'

/** Which edits of an example are lived through. */
export interface Choice {
  readonly seed: number
  /** The beginning of their names. */
  readonly part?: string
  /** The whole name of one. */
  readonly only?: string | undefined
  /** So many pairs of edits instead of single ones. */
  readonly pairs?: number | undefined
  /** So many, chosen by the seed. */
  readonly sample?: number | undefined
  /** One of so many parts of equal size. */
  readonly shard?: readonly [number, number]
  /** The second pass: one call of each is refused for good. */
  readonly denied?: boolean
  /** After a release of each service: traffic may be on its second target group then. */
  readonly released?: boolean
}

/** What came of the edits of one example. */
export interface Summary {
  readonly edits: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Announced, though no request went unanswered. */
  readonly calm: number
  /** The longest time for which a call was repeated that the stack itself made impossible. Virtual seconds. */
  readonly retried: number
}

export function chosenEdits(subject: Subject, choice: Choice): Edit[] {
  const { seed, part = '', only, pairs, sample, shard: [shard, shards] = [1, 1] } = choice
  const document = documentOf(subject)
  const single = sample === undefined ? editsOf(document) : shuffledEditsOf(document, seed)
  const all = pairs === undefined ? single : pairsOf(document, pairs, seed)
  const named = all.filter(({ id }) => (only === undefined ? id.startsWith(part) : id === only))
  const some = named.slice(0, sample)
  return some.filter((_, index) => index % shards === shard - 1)
}

/** Lives through the chosen edits of an example, one after the other. */
export async function explore(
  subject: Subject,
  choice: Choice,
  onResult: (result: Result, edit: Edit) => void = () => undefined,
): Promise<Summary> {
  const edits = chosenEdits(subject, choice)
  const verdicts = { executed: 0, refused: 0, announced: 0, 'one-way': 0, failed: 0 }
  let calm = 0
  let retried = 0
  let count = 0
  if (edits.length === 0) return { edits: 0, verdicts, calm, retried }
  const base = await baseOf(subject, choice)
  for (const edit of edits) {
    const run = choice.denied ? liveWithFailure(base, edit, choice.seed) : live(base, edit, choice.seed)
    const result = await run.catch((error: unknown) => crash(edit, error as Error))
    if (!result) continue
    count++
    verdicts[result.verdict]++
    if (result.calm) calm++
    retried = Math.max(retried, result.retried)
    onResult(result, edit)
  }
  return { edits: count, verdicts, calm, retried }
}

function crash({ id }: Edit, { stack = '' }: Error): Result {
  const finding = `the command crashed: ${stack.split('\n').slice(0, 4).join(' ')}`
  return { edit: id, verdict: 'failed', findings: [finding], retried: 0 }
}

/** The line that lives through the same edit again. */
export function replayOf(
  { example, environment }: Subject,
  { id }: Edit,
  { seed, pairs, denied, released }: Choice,
): string {
  const flags = [
    `--example ${example}`,
    `--environment ${environment}`,
    `--seed ${seed}`,
    ...(denied ? ['--denied'] : []),
    ...(released ? ['--released'] : []),
    ...(pairs === undefined ? [] : [`--pairs ${pairs}`]),
    `--case '${id.replaceAll("'", "'\\''")}'`,
  ]
  return `npm run edits -- ${flags.join(' ')}`
}
