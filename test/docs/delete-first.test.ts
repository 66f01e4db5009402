import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { AnyKind } from '../../src/resources/kind.ts'
import { kinds } from '../../src/kinds/index.ts'

const docs = readFileSync(new URL('../../docs/changes.md', import.meta.url), 'utf8')

const all: readonly AnyKind[] = Object.values(kinds)
const deletedFirst = all.flatMap(({ label, replacement }) =>
  replacement === 'create-first' ? [] : [[label, replacement.deleteFirst] as const],
)

it.each(deletedFirst)('documents why AWS allows only one %s at a time', (label, rule) => {
  const rows = docs.split('\n').filter(line => line.startsWith('|') && line.includes(label))
  // Of the load balancer, its listeners and their rules the common part.
  expect(rows.some(row => row.includes(rule.replace(/, and a (listener|rule) .*$/, '')))).toBe(true)
})

it('documents nothing else as deleted before its replacement exists', () => {
  expect(deletedFirst.map(([label]) => label).toSorted()).toEqual([
    'EFS mount target',
    'NAT gateway',
    'VPC endpoint',
    'listener',
    'listener rule',
    'load balancer',
  ])
})
