import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { kinds } from '../../src/kinds/index.ts'
import type { Addition } from '../../src/resources/additions.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { ByHand } from '../support/additions.ts'
import { leftAlone, reverted } from '../support/additions.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const rules = Object.values<AnyKind>(kinds).flatMap(({ type, additions = [] }) =>
  additions.map(addition => ({ type, what: addition.what, rule: addition.rule, shown: shownBy(addition) })),
)

function shownBy(addition: Addition<never, never>): string {
  if (addition.rule === 'reverted') return '`plan`, `up`, `drift` as drift'
  const where = {
    'by read': '`plan`, `up`, `drift`',
    'in a prop': '`plan`, `up`, `drift`',
    'by looking': '`plan`, `drift`',
  }
  return addition.seen === 'never' ? 'no' : where[addition.seen]
}

const heading = 'Not managed by provision (left alone)'

/** Up to where nothing is left to do. */
async function risen(example: string): Promise<Life> {
  const life = liveWith(example, example === 'portfolio' ? 'prod' : undefined)
  if (example === 'portfolio') {
    life.edit(
      'loadBalancer:\n',
      'buckets: { media: { cdn: { alias: static } } }\nloadBalancer:\n  waf: true\n',
    )
  }
  const { code, err, error } = await life.up()
  expect([code, error], err).toEqual([0, undefined])
  const { out } = await life.plan()
  expect(out).not.toContain('Not managed by provision')
  return life
}

const has = (life: Life, { marker }: ByHand) => JSON.stringify(life.tables()).includes(marker)
const drifting = (life: Life) =>
  life.run((options, context) => drift({ ...options, detailedExitcode: true }, context))

async function goes(life: Life, acts: readonly ByHand[]): Promise<void> {
  for (const { undo } of acts) if (undo) await life.meanwhile(undo)
  const { code, err, error } = await life.teardown({ deleteData: ['all'] })
  expect([code, error], err).toEqual([0, undefined])
  // The embedded AWS forgets the actions of a group that is gone when it is asked for them.
  await life.meanwhile(({ autoscaling }) => autoscaling.describeScheduledActions({}))
  expect(acts.filter(act => has(life, act)).map(({ of }) => of)).toEqual([])
}

const byExample = (all: readonly ByHand[]) =>
  [...new Set(all.map(({ example }) => example))].map(
    example => [example, all.filter(one => one.example === example)] as const,
  )

describe('what others add', () => {
  it.each(byExample(leftAlone))(
    'to %s and is left alone is shown, and goes with the stack',
    async (example, acts) => {
      const life = await risen(example)
      for (const act of acts) {
        expect(has(life, act)).toBe(false)
        await life.meanwhile(act.act)
      }
      const { out, code } = await life.plan()
      expect(code).toBe(0)
      const lines = acts.flatMap(({ line }) => line ?? [])
      for (const line of lines) expect(out).toContain(line)
      expect(out.includes(heading)).toBe(lines.length > 0)
      const told = await drifting(life)
      expect(told.code).toBe(0)
      for (const line of lines) expect(told.out).toContain(line)
      const again = await life.up()
      expect([again.code, again.writes]).toEqual([0, []])
      expect(acts.filter(act => !has(life, act)).map(({ of }) => of)).toEqual([])
      await goes(life, acts)
    },
  )

  it.each(byExample(reverted))('to %s and is drift is taken back by up', async (example, acts) => {
    const life = await risen(example)
    for (const act of acts) {
      expect(has(life, act)).toBe(false)
      await life.meanwhile(act.act)
    }
    const { out, code } = await life.plan()
    expect(code).toBe(2)
    for (const { line } of acts) expect(out).toContain(line)
    expect(out).toContain('# changed in AWS since the last run')
    const { code: ended, error } = await life.up()
    expect([ended, error]).toEqual([0, undefined])
    for (const { undo } of acts) if (undo) await life.meanwhile(undo)
    expect(acts.filter(act => has(life, act)).map(({ of }) => of)).toEqual([])
    expect((await life.plan()).code).toBe(0)
    await goes(
      life,
      acts.map(act => ({ ...act, undo: undefined })),
    )
  })

  it('stands in the table of the documentation, rule by rule', () => {
    const text = readFileSync(new URL('../../docs/changes-by-others.md', import.meta.url), 'utf8')
    const rows = text
      .split('\n')
      .map(line => line.split('|').map(cell => cell.trim()))
      .flatMap(([, type = '', what, rule, shown]) =>
        /^`[a-z0-9-]+\/[a-z0-9-]+`$/.test(type) ? [[type.slice(1, -1), what, rule, shown].join(' | ')] : [],
      )
    const expected = rules.map(({ type, what, rule, shown }) => [type, what, rule, shown].join(' | '))
    expect(rows.toSorted()).toEqual(expected.toSorted())
  })

  it('has a test for each rule of each kind', () => {
    const tested = [
      ...leftAlone.map(({ of }) => `${of.join(' ')} left alone`),
      ...reverted.map(({ of }) => `${of.join(' ')} reverted`),
      // In test/flows/revisions-by-others.test.ts.
      'ecs/task-definition revisions of its family left alone',
    ]
    expect(tested.toSorted()).toEqual(
      rules.map(({ type, what, rule }) => `${type} ${what} ${rule}`).toSorted(),
    )
  })
})
