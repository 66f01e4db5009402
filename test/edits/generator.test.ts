import { describe, expect, it } from 'vitest'
import { isRecord } from '../../src/config/overlay.ts'
import { documentOf, subjects, valueAt } from './document.ts'
import type { Document } from './document.ts'
import { candidates, stackFields } from './fields.ts'
import type { Schema } from './fields.ts'
import { editsOf, pairsOf, shuffledEditsOf } from './generator.ts'

const all = subjects().map(subject => ({ subject, edits: editsOf(documentOf(subject)) }))

/** Every field of the schema by its pattern, with whether an object has to have it. */
function patternsIn(
  schema: Schema,
  pattern: string,
  required = false,
): { pattern: string; required: boolean }[] {
  const branches = schema.anyOf ?? [schema]
  return [
    { pattern, required },
    ...branches.flatMap(branch => [
      ...Object.entries(branch.properties ?? {}).flatMap(([name, field]) =>
        patternsIn(field, `${pattern}.${name}`, branch.required?.includes(name)),
      ),
      ...(isRecord(branch.additionalProperties)
        ? patternsIn(branch.additionalProperties, `${pattern}.*`, true)
        : []),
      ...(branch.items ? patternsIn(branch.items, `${pattern}.#`, true) : []),
    ]),
  ]
}

/** A path, and those of all that a value holds. */
function pathsIn(value: unknown, path: readonly string[]): string[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [path.join('.'), ...members.flatMap(([name, member]) => pathsIn(member, [...path, name]))]
}

const fields = Object.entries(stackFields()).flatMap(([name, field]) => patternsIn(field, name))

describe('the edits of all examples', () => {
  it('set, change or remove every field of the schema', () => {
    const paths = new Set(
      all.flatMap(({ edits }) => edits.flatMap(({ path, value }) => pathsIn(value, path))),
    )
    const isEdited = (pattern: string) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replaceAll('#', '\\d+')
      return [...paths].some(path => new RegExp(`^${source}$`).test(path))
    }
    // What an object or a list has to have comes with it as a whole.
    const missing = fields.filter(({ required, pattern }) => !required && !isEdited(pattern))
    expect(missing).toEqual([])
  })

  it('have a value for every field', () => {
    const valueless = Object.entries(stackFields()).filter(
      ([name, field]) => candidates(field, name, undefined).length === 0,
    )
    expect(valueless).toEqual([])
  })

  it('change the config, each under a name of its own', () => {
    for (const { subject, edits } of all) {
      const before = documentOf(subject)
      expect(new Set(edits.map(({ id }) => id)).size).toBe(edits.length)
      expect(edits.filter(({ after }) => JSON.stringify(after) === JSON.stringify(before))).toEqual([])
    }
  })
})

describe('the edits of named items', () => {
  const document: Document = {
    stack: 'shop',
    environment: 'dev',
    region: 'us-east-1',
    databases: { main: { engine: 'postgres' } },
    fileSystems: { files: {} },
    services: {
      web: { image: 'nginx:1.27', uses: ['main', { files: '/srv' }], environment: { URL: '${main.host}' } },
      worker: { image: 'nginx:1.27', after: ['web'] },
    },
  }
  const after = (id: string) => editsOf(document).find(edit => edit.id === id)!.after

  it('rename an item wherever it is named', () => {
    const renamed = after('databases main renamed')
    expect(valueAt(renamed, ['services', 'web', 'uses'])).toEqual(['next-main', { files: '/srv' }])
    expect(valueAt(renamed, ['services', 'web', 'environment', 'URL'])).toBe('${next-main.host}')
    expect(valueAt(after('services web renamed'), ['services', 'worker', 'after'])).toEqual(['next-web'])
  })

  it('take an item out wherever it is named', () => {
    const without = after('fileSystems without files')
    expect(valueAt(without, ['services', 'web', 'uses'])).toEqual(['main'])
    expect(valueAt(after('databases without main'), ['services', 'web', 'environment'])).toEqual({})
    expect(valueAt(after('services without web'), ['services', 'worker', 'after'])).toEqual([])
  })

  it('reorder, swap and exchange them', () => {
    expect(Object.keys(after('services in reverse order')['services'] as object)).toEqual(['worker', 'web'])
    const swapped = after('services web and worker swapped')
    expect(valueAt(swapped, ['services', 'web', 'after'])).toEqual(['web'])
    const exchanged = after('services with another in place of worker')
    expect(Object.keys(exchanged['services'] as object)).toEqual(['web', 'added'])
  })
})

it('a seed decides which pairs there are, and in which order edits come', () => {
  const document = documentOf(subjects()[0]!)
  const pairs = (seed: number) => pairsOf(document, 10, seed).map(({ id }) => id)
  const singles = (seed: number) => shuffledEditsOf(document, seed).map(({ id }) => id)
  for (const ids of [pairs, singles]) {
    expect(ids(1)).toEqual(ids(1))
    expect(ids(1)).not.toEqual(ids(2))
  }
  expect(pairs(1)).toHaveLength(10)
  expect(singles(1).toSorted()).toEqual(
    editsOf(document)
      .map(({ id }) => id)
      .toSorted(),
  )
})
