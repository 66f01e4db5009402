import { describe, expect, it } from 'vitest'
import { problemsOf } from '../support/problems.ts'

describe('database rules', () => {
  it.each([
    [{ forceTls: true }, 'forceTls: needs to know the version. Add `version`.'],
    [{ forceTls: false }, 'forceTls: needs to know the version. Add `version`.'],
    [{ parameters: { work_mem: 1 } }, 'parameters: needs to know the version. Add `version`.'],
    [
      { replicas: 1, backupRetentionDays: 0 },
      'replicas: need backups of their source. Set backupRetentionDays to 1 or more.',
    ],
    [
      { maxAllocatedStorage: 21 },
      'maxAllocatedStorage: leaves no room to grow from 20 GiB. Use 22 or more, or remove it.',
    ],
  ])('refuse %j', async (more, problem) => {
    const database = { engine: 'postgres', ...more }
    expect(await problemsOf({ databases: { database } })).toEqual([`databases.database.${problem}`])
  })

  it('ask for the second number of a version where AWS does', async () => {
    const database = { engine: 'mysql', version: '8', forceTls: true }
    expect(await problemsOf({ databases: { database } })).toEqual([
      'databases.database.forceTls: needs to know the version. Add `version`, with its second number.',
    ])
  })

  it('take either parameters or the group of somebody else for a cache', async () => {
    const cache = {
      engine: 'redis',
      version: '7.1',
      parameterGroup: 'mine',
      parameters: { timeout: 5 },
    }
    expect(await problemsOf({ caches: { cache } })).toEqual([
      'caches.cache.parameterGroup: cannot stand beside `parameters`. Remove one of them.',
    ])
  })
})
