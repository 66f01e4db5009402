import { describe, expect, it } from 'vitest'
import { problemsOf } from '../support/problems.ts'

const image = 'nginx'

describe('variable rules', () => {
  it('refuse a plain variable beside a secret of the same name', async () => {
    const web = { image, uses: ['api-key'], environment: { API_KEY: 'x' } }
    expect(await problemsOf({ secrets: { 'api-key': {} }, services: { web } })).toEqual([
      'services.web.environment.API_KEY: api-key is already given to the service in this variable, as a secret. Remove it here.',
    ])
  })

  it('refuse two things that become one variable', async () => {
    const secrets = { first: { env: 'KEY' }, second: { env: 'KEY' } }
    expect(await problemsOf({ secrets, services: { web: { image, uses: ['first', 'second'] } } })).toEqual([
      'services.web.uses: first and second both become KEY. Give one of them another variable with `env`, or another name.',
    ])
  })

  it('let a service write its own value for a plain variable', async () => {
    const web = { image, uses: ['level'], environment: { LEVEL: 'debug' } }
    expect(await problemsOf({ parameters: { level: 'info' }, services: { web } })).toEqual([])
  })

  it('take no name that SSM keeps for itself, and no secret under a name that is taken', async () => {
    const parameters = { level: { name: '/aws/level', value: 'info' } }
    expect(await problemsOf({ parameters })).toHaveLength(1)
    expect(await problemsOf({ secrets: { media: {} }, buckets: { media: {} } })).toHaveLength(1)
  })
})
