import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { environmentTag, isTaggedAs, lineageTag, stackTag } from '../../aws/tags.ts'
import { ProvisionError } from '../../errors.ts'
import type { Tags } from '../../resources/kind.ts'
import { tagsOf } from './tags.ts'

/** A listener that is gone has no rules. */
export async function rulesOf(ListenerArn: string, aws: Aws): Promise<Rule[]> {
  const rules = await orAbsent(
    allPages(Marker =>
      aws.elbv2
        .describeRules({ ListenerArn, Marker, PageSize: 400 })
        .then(({ Rules, NextMarker }) => ({ rows: Rules, next: NextMarker })),
    ),
  )
  return rules ?? []
}

/**
 * The rule that is tagged as the wanted one, whatever its priority is by now; else whichever has the wanted priority,
 * unless it is another one of the same stack: that moves on, or goes, in the run that wants its place.
 */
export async function unrecorded(
  rules: readonly Rule[],
  priority: number | undefined,
  wanted: Tags,
  aws: Aws,
): Promise<Rule | undefined> {
  const tags = await tagsOf(arnsOf(rules), aws)
  const tagged = (test: (tags: Tags) => boolean) =>
    rules.find(({ RuleArn = '' }) => test(tags.get(RuleArn) ?? {}))
  const own = tagged(its => isTaggedAs(its, wanted))
  if (own) return own
  const there = rules.find(({ Priority }) => Priority === String(priority))
  return there && isOfSameStack(tags.get(there.RuleArn ?? '') ?? {}, wanted) ? undefined : there
}

/** The wanted priority, or the last one that no rule has. */
export function freePriority(rules: readonly Rule[], wanted: number): number {
  const taken = new Set(rules.map(({ Priority }) => Priority))
  if (!taken.has(String(wanted))) return wanted
  let free = lastPriority
  while (taken.has(String(free))) free--
  return free
}

const lastPriority = 50_000

/**
 * Gives a rule its priority. Where another rule of the same stack has it, the two change places in one call: AWS applies
 * all of its changes together, so no request meets a listener without one of them.
 */
export async function moveRule(
  RuleArn: string,
  { listenerArn, priority }: { readonly listenerArn: string; readonly priority: number },
  aws: Aws,
): Promise<void> {
  const rules = await rulesOf(listenerArn, aws)
  const now = rules.find(rule => rule.RuleArn === RuleArn)
  const other = rules.find(({ Priority }) => Priority === String(priority))
  if (other && other === now) return
  if (other) {
    const tags = await tagsOf(arnsOf([other, ...(now ? [now] : [])]), aws)
    const [mine, its] = [now, other].map(rule => tags.get(rule?.RuleArn ?? '') ?? {})
    if (!isOfSameStack(its!, mine!))
      throw new ProvisionError({
        code: 'failed',
        message: `the priority ${priority} belongs to a rule of this listener that is not of this stack`,
        hint: 'give the service another priority in the config, or remove that rule if nobody needs it',
      })
  }
  const makesRoom = other ? [{ RuleArn: other.RuleArn, Priority: Number(now?.Priority) }] : []
  await aws.elbv2.setRulePriorities({ RulePriorities: [{ RuleArn, Priority: priority }, ...makesRoom] })
}

function arnsOf(rules: readonly Rule[]): string[] {
  // AWS gives the default rule no priority to take, and nothing here is about it.
  return rules.flatMap(({ RuleArn, IsDefault }) => (RuleArn && !IsDefault ? [RuleArn] : []))
}

function isOfSameStack(tags: Tags, wanted: Tags): boolean {
  const same = (key: string) => tags[key] === wanted[key]
  // Without a ledger nobody knows the lineage.
  return (
    tags[stackTag] !== undefined &&
    same(stackTag) &&
    same(environmentTag) &&
    (!wanted[lineageTag] || same(lineageTag))
  )
}
