import { describe, expect, it } from 'vitest'
import { defaultGroupOf } from '../../src/kinds/families.ts'

describe("AWS's own group of parameters", () => {
  it.each([
    ['postgres', '16', 'default.postgres16'],
    ['postgres', '16.4', 'default.postgres16'],
    ['mysql', '8.0.39', 'default.mysql8.0'],
    ['mariadb', '10.11', 'default.mariadb10.11'],
    ['redis', '7.1', 'default.redis7'],
    ['redis', '6.2', 'default.redis6.x'],
    ['redis', '5.0.6', 'default.redis5.0'],
    ['redis', '4.0.10', 'default.redis4.0'],
    ['valkey', '8.0', 'default.valkey8'],
  ])('of %s %s is %s', (engine, version, name) => expect(defaultGroupOf(engine, version)).toBe(name))

  it('is left to AWS where the version does not tell it', () => {
    expect(defaultGroupOf('mysql', '8')).toBeUndefined()
    expect(defaultGroupOf('postgres', undefined)).toBeUndefined()
  })
})
