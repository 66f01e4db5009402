import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LifecycleRule } from '../../../src/kinds/ecr/lifecycle.ts'
import { expiringRule, inUsePrefix } from '../../../src/kinds/ecr/lifecycle.ts'
import { expired } from '../../../src/sandbox/ecr/lifecycle.ts'
import { resourcesOf } from '../../support/stacks.ts'

const day = 24 * 60 * 60_000

interface Image {
  readonly digest: string
  readonly tags: readonly string[]
  readonly pushed: number
}

const rule = (rulePriority: number, selection: object): LifecycleRule =>
  ({ rulePriority, selection, action: { type: 'expire' } }) as never
const policy = (...rules: readonly LifecycleRule[]) => JSON.stringify({ rules })
const image = (digest: string, age: number, ...tags: readonly string[]): Image => ({
  digest,
  tags,
  pushed: -age * day,
})
interface Tags {
  readonly tagStatus: string
  readonly tagPrefixList?: readonly string[]
  readonly tagPatternList?: readonly string[]
}
const newest = (countNumber: number, more: Tags = { tagStatus: 'any' }) => ({
  ...more,
  countType: 'imageCountMoreThan',
  countNumber,
})
const older = (countNumber: number, more: Tags = { tagStatus: 'any' }) => ({
  ...more,
  countType: 'sinceImagePushed',
  countUnit: 'days',
  countNumber,
})

/** The lifecycle policy that a repository with these settings gets. */
async function written(repository: object): Promise<readonly LifecycleRule[]> {
  const resources = await resourcesOf({ repositories: { app: repository } })
  const { props } = resources.find(({ type }) => type === 'ecr/repository')!
  return ((props['lifecyclePolicy'] as { rules?: readonly LifecycleRule[] } | undefined)?.rules ?? []).map(
    one => one,
  )
}

describe('what the embedded ECR expires', () => {
  const all = [image('a', 1, 'v3'), image('b', 5, 'v2'), image('c', 9), image('d', 12, 'v1', 'keep-1')]
  const gone = (...rules: readonly LifecycleRule[]) => [...expired(policy(...rules), all, 0)].toSorted()

  it('is all beyond the newest so many, by the time of their push', () => {
    expect(gone(rule(1, newest(2)))).toEqual(['c', 'd'])
    expect(gone(rule(1, newest(2, { tagStatus: 'tagged', tagPrefixList: ['v'] })))).toEqual(['d'])
  })

  it('is what was pushed longer ago than so many days', () => {
    expect(gone(rule(1, older(9)))).toEqual(['d'])
    expect(gone(rule(1, older(8, { tagStatus: 'untagged' })))).toEqual(['c'])
  })

  it('is never what a rule of a lower number selects, which the other rules still count', () => {
    const kept = rule(1, newest(10, { tagStatus: 'tagged', tagPrefixList: ['keep-'] }))
    expect(gone(kept, rule(2, newest(1)))).toEqual(['b', 'c'])
    const first = rule(1, newest(10, { tagStatus: 'tagged', tagPrefixList: ['v3'] }))
    expect(gone(first, rule(2, newest(1)))).toEqual(['b', 'c', 'd'])
  })

  it('has all prefixes or patterns of its rule, each in any of its tags', () => {
    expect(gone(rule(1, older(1, { tagStatus: 'tagged', tagPrefixList: ['v', 'keep'] })))).toEqual(['d'])
    expect(gone(rule(1, older(1, { tagStatus: 'tagged', tagPatternList: ['*2', 'v*'] })))).toEqual(['b'])
  })
})

const settings = fc.record(
  {
    keepImages: fc.integer({ min: 1, max: 6 }),
    lifecycle: fc.record(
      {
        keepTagged: fc.record({
          prefix: fc.constantFrom('v', 'p', 'prov'),
          count: fc.integer({ min: 1, max: 4 }),
        }),
        expireUntaggedDays: fc.integer({ min: 1, max: 5 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

const tag = fc.constantFrom('v1', 'v2', 'latest', 'p1', 'prov2')
const images = fc.uniqueArray(
  fc.record({
    digest: fc.integer({ min: 0, max: 40 }).map(number => `sha256:${number}`),
    tags: fc.uniqueArray(tag, { maxLength: 3 }),
    pushed: fc.integer({ min: -60, max: 0 }).map(age => age * day),
    isUsed: fc.boolean(),
  }),
  { selector: ({ digest }) => digest, maxLength: 30 },
)

describe('the lifecycle policy of a repository', () => {
  it('never expires an image with a mark, whatever else it says, and then expires what it always did', async () => {
    let expiredOnes = 0
    await fc.assert(
      fc.asyncProperty(settings, images, async (repository, found) => {
        const rules = await written(repository)
        if (rules.length === 0) return
        const marked = found.map(({ isUsed, ...one }) => ({
          ...one,
          tags: [...one.tags, ...(isUsed ? [`${inUsePrefix}shop.production.web.0123456789ab`] : [])],
          isUsed,
        }))
        const gone = expired(policy(...rules), marked, 90 * day)
        const before = expired(policy(...rules.slice(1)), marked, 90 * day)
        expiredOnes += gone.size
        for (const { digest, isUsed } of marked)
          expect([digest, gone.has(digest)]).toEqual([digest, before.has(digest) && !isUsed])
      }),
      { numRuns: 300 },
    )
    expect(expiredOnes).toBeGreaterThan(100)
  })

  it('has no rule where nothing expires, and the rule for marks first where something does', async () => {
    expect(await written({})).toEqual([])
    expect(
      (await written({ keepImages: 5 })).map(({ rulePriority, selection }) => [rulePriority, selection]),
    ).toEqual([
      [1, newest(9999, { tagStatus: 'tagged', tagPrefixList: ['provision.'] })],
      [2, newest(5)],
    ])
  })
})

const selections = fc.oneof(
  ...[newest, older].flatMap(count => [
    fc.integer({ min: 1, max: 5 }).map(number => count(number)),
    fc.integer({ min: 1, max: 5 }).map(number => count(number, { tagStatus: 'untagged' })),
    fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(['v'], ['v', 'l'], ['latest'], ['p']))
      .map(([number, tagPrefixList]) => count(number, { tagStatus: 'tagged', tagPrefixList })),
    fc
      .tuple(
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(['v*'], ['*1'], ['*a*s*'], ['latest'], ['p*2', '*1']),
      )
      .map(([number, tagPatternList]) => count(number, { tagStatus: 'tagged', tagPatternList })),
  ]),
)

describe('the rule that will expire an image', () => {
  it('is there exactly when ECR expires the image once it is old and many newer ones are there', () => {
    fc.assert(
      fc.property(
        fc.array(selections, { maxLength: 4 }),
        fc.uniqueArray(tag, { maxLength: 3 }),
        (all, tags) => {
          // ECR takes a rule for any tag status in the last place only.
          const inOrder = [
            ...all.filter(({ tagStatus }) => tagStatus !== 'any'),
            ...all.filter(({ tagStatus }) => tagStatus === 'any').slice(0, 1),
          ]
          const rules = inOrder.map((selection, index) => rule(index + 1, selection))
          const mine = { digest: 'mine', tags, pushed: -100 * day }
          const newer = Array.from({ length: 10 }, (_, index) => ({
            digest: `${index}`,
            tags,
            pushed: -index * day,
          }))
          expect(expiringRule(rules, tags) !== undefined).toBe(
            expired(policy(...rules), [mine, ...newer], 0).has('mine'),
          )
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('is none of those for images that are archived, and counts archiving as the end', () => {
    const transition = { ...rule(1, older(30)), action: { type: 'transition' } }
    expect(expiringRule([transition], ['v1'])).toBe(transition)
    const archived = rule(1, { ...older(90), countType: 'sinceImageTransitioned', storageClass: 'archive' })
    expect(expiringRule([archived], ['v1'])).toBeUndefined()
  })
})
