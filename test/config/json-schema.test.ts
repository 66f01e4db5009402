import { describe, expect, it } from 'vitest'
import { jsonSchema, keysAt } from '../../src/config/json-schema.ts'
import { isRecord } from '../../src/config/overlay.ts'

describe('the JSON Schema', () => {
  it('is the one in schema.json (vitest -u writes it anew)', async () => {
    await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../schema.json')
  })

  it('describes every key', () => {
    expect([...undescribed(jsonSchema(), '')]).toEqual([])
  })

  it('knows the keys at a path', () => {
    expect(keysAt(['services', 'web', 'healthCheck'])).toContain('gracePeriod')
    expect(keysAt(['services', 'web', 'alarms'])).toEqual(['cpu', 'memory'])
    expect(keysAt(['tags'])).toBeUndefined()
  })
})

function* undescribed(schema: unknown, path: string): Generator<string> {
  if (!isRecord(schema)) return
  if (isRecord(schema['properties']))
    for (const [name, property] of Object.entries(schema['properties'])) {
      if (isRecord(property) && property['description'] === undefined) yield `${path}.${name}`
      yield* undescribed(property, `${path}.${name}`)
    }
  yield* undescribed(schema['additionalProperties'], `${path}.*`)
  for (const branch of Array.isArray(schema['anyOf']) ? schema['anyOf'] : []) yield* undescribed(branch, path)
}
