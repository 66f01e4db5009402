import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'
import type { RepositoryRow } from './repository.ts'
import type { ImageRow } from './rows.ts'
import { removeRows, rowsIn, tagsOf } from './rows.ts'

const day = 24 * 60 * 60 * 1000

interface Rule {
  readonly rulePriority: number
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any'
    readonly tagPrefixList?: readonly string[]
    readonly tagPatternList?: readonly string[]
    readonly countType: 'imageCountMoreThan' | 'sinceImagePushed'
    readonly countNumber: number
  }
}

interface Image {
  readonly digest: string
  readonly tags: readonly string[]
  /** Milliseconds since the epoch; undefined where nobody knows: older than all others. */
  readonly pushed: number | undefined
}

/**
 * Applies the lifecycle policy as often as a day has gone by. AWS promises within 24 hours:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 * Between two requests nothing but the age of the images changes, so that the last of the days that have gone by
 * expires what each of them would have.
 */
export function expireDue(world: World, repository: RepositoryRow): void {
  const { name, lifecyclePolicy, evaluated } = repository
  if (lifecyclePolicy === undefined || evaluated === undefined) return
  const days = Math.floor((world.now() - evaluated) / day)
  if (days < 1) return
  const at = evaluated + days * day
  repository.evaluated = at
  const rows = rowsIn(world, name)
  const gone = expired(lifecyclePolicy, imagesOf(rows), at)
  removeRows(
    world,
    rows.filter(({ digest }) => gone.has(digest)),
  )
}

/**
 * The digests of the images that the policy expires. All rules are evaluated first and applied by priority then: an image
 * that has the tags of a rule is out of reach of all rules after it, and is still counted by them.
 */
export function expired(policy: string, images: readonly Image[], now: number): ReadonlySet<string> {
  const gone = new Set<string>()
  const taken = new Set<string>()
  const newestFirst = images.toSorted((a, b) => (b.pushed ?? 0) - (a.pushed ?? 0))
  for (const rule of rulesIn(policy)) {
    const matching = newestFirst.filter(image => matches(rule, image))
    for (const [index, { digest, pushed }] of matching.entries()) {
      const { countType, countNumber } = rule.selection
      const isDue =
        countType === 'imageCountMoreThan'
          ? index >= countNumber
          : pushed !== undefined && now - pushed > countNumber * day
      if (isDue && !taken.has(digest)) gone.add(digest)
    }
    for (const { digest } of matching) taken.add(digest)
  }
  return gone
}

/** Refuses what ECR refuses of a policy. */
export function assertPolicy(text: string | undefined): void {
  const rules = rulesIn(text ?? '{}')
  const refuse = (what: string) => {
    throw awsFault('InvalidParameterException', `Invalid parameter at 'LifecyclePolicyText': ${what}`)
  }
  if (rules.length === 0) refuse('the policy has no rules')
  if (new Set(rules.map(({ rulePriority }) => rulePriority)).size < rules.length)
    refuse('two rules have the same rulePriority')
  const any = rules.findIndex(({ selection }) => selection.tagStatus === 'any')
  if (any >= 0 && any < rules.length - 1) refuse('the rule for any tag status has to come last')
  const lists = rules.flatMap(({ selection: { tagStatus, tagPrefixList, tagPatternList } }) =>
    tagStatus === 'tagged' ? [JSON.stringify(tagPrefixList ?? tagPatternList)] : [],
  )
  if (new Set(lists).size < lists.length) refuse('two rules select the same tags')
  if (rules.some(({ selection }) => !(selection.countNumber >= 1))) refuse('countNumber has to be positive')
}

function rulesIn(policy: string): Rule[] {
  const { rules = [] } = JSON.parse(policy) as { readonly rules?: readonly Rule[] }
  return rules.toSorted((a, b) => a.rulePriority - b.rulePriority)
}

/** Each of the prefixes or patterns has to fit one of the image's tags. */
function matches({ selection }: Rule, { tags }: Image): boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection
  if (tagStatus === 'any') return true
  if (tagStatus === 'untagged') return tags.length === 0
  const patterns = [...tagPrefixList.map(prefix => `${prefix}*`), ...tagPatternList]
  return tags.length > 0 && patterns.every(pattern => tags.some(tag => fits(pattern, tag)))
}

function fits(pattern: string, tag: string): boolean {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.\\+?^${}()|[\]]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`).test(tag)
}

function imagesOf(rows: readonly ImageRow[]): Image[] {
  return [...new Map(rows.map(row => [row.digest, row])).values()].map(({ digest, pushed }) => ({
    digest,
    tags: tagsOf(rows, digest),
    pushed,
  }))
}
