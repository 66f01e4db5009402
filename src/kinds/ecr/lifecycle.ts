/** How the tags begin that a release gives to its image. No rule expires an image with such a tag. */
export const inUsePrefix = 'provision.'

/** More images than a repository of a stack ever has in use: a rule that keeps so many expires none. */
const unreachable = 9999

export interface LifecycleRule {
  readonly rulePriority?: number
  readonly description?: string
  readonly selection: {
    readonly tagStatus: string
    readonly tagPrefixList?: readonly string[]
    readonly tagPatternList?: readonly string[]
    readonly storageClass?: string
    readonly countType: string
    readonly countUnit?: string
    readonly countNumber: number
  }
  readonly action?: { readonly type: string }
}

/**
 * The rule that protects images in use; it has to come first. ECR has no rule that keeps an image, but "an image that
 * matches the tagging requirements of a rule cannot be expired by a rule with a lower priority":
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export const inUseRule = {
  description: 'Keep images that a release uses or can go back to',
  selection: {
    tagStatus: 'tagged',
    tagPrefixList: [inUsePrefix],
    countType: 'imageCountMoreThan',
    countNumber: unreachable,
  },
} as const

/**
 * The rule that will expire an image with these tags, sooner or later: the first one that selects it. An archived image
 * cannot be pulled either. Undefined where none will.
 */
export function expiringRule(
  rules: readonly LifecycleRule[],
  tags: readonly string[],
): LifecycleRule | undefined {
  const rule = rules
    .filter(({ selection }) => selection.storageClass !== 'archive')
    .toSorted((a, b) => (a.rulePriority ?? 0) - (b.rulePriority ?? 0))
    .find(({ selection }) => selects(selection, tags))
  return rule &&
    rule.selection.countType === 'imageCountMoreThan' &&
    rule.selection.countNumber >= unreachable
    ? undefined
    : rule
}

/** All of the prefixes or patterns have to fit, each any of the tags. */
function selects(
  { tagStatus, tagPrefixList, tagPatternList }: LifecycleRule['selection'],
  tags: readonly string[],
): boolean {
  if (tagStatus === 'any') return true
  if (tagStatus === 'untagged') return tags.length === 0
  if (tags.length === 0) return false
  if (tagPrefixList) return tagPrefixList.every(prefix => tags.some(tag => tag.startsWith(prefix)))
  return (tagPatternList ?? []).every(pattern => tags.some(tag => isLike(pattern, tag)))
}

/** `*` stands for any characters, also for none. */
function isLike(pattern: string, tag: string): boolean {
  const [first = '', ...parts] = pattern.split('*')
  const last = parts.pop()
  if (last === undefined) return tag === pattern
  if (!tag.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = tag.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return tag.length - last.length >= at && tag.endsWith(last)
}
