import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkPlace } from '../support/workflow.ts'
import { askedOf, runJob, runScript, workflowOf } from '../support/workflow.ts'
import type { Moto } from './server.ts'
import { startMoto } from './server.ts'

const infrastructure = workflowOf('github-actions/infrastructure.yml')
const pullRequest = workflowOf('github-actions/pull-request.yml')
const timeout = 300_000

let moto: Moto
let place: WorkPlace

beforeAll(async () => {
  moto = await startMoto()
  const folder = mkdtempSync(join(tmpdir(), 'provision-workflows-'))
  const config = readFileSync('examples/minimal/provision.yaml', 'utf8').replace(/^environment: .*\n/m, '')
  writeFileSync(join(folder, 'provision.yaml'), `${config}\nenvironments:\n  dev: {}\n  prod: {}\n`)
  place = { folder, env: { AWS_ENDPOINT_URL: moto.url } }
})

afterAll(async () => {
  await moto.stop()
  rmSync(place.folder, { recursive: true, force: true })
})

async function writes() {
  const calls = await moto.calls()
  return calls.filter(({ operation }) => /^(Create|Delete|Modify|Register|Run|Update)/.test(operation)).length
}

function dispatch(command: string, environment: string, confirm = '') {
  const inputs = { 'inputs.command': command, 'inputs.environment': environment, 'inputs.confirm': confirm }
  return runJob(infrastructure, 'provision', inputs, place)
}

describe('the workflows for infrastructure, with the ledger in DynamoDB', () => {
  it('need the table that the command in their head makes', { timeout }, async () => {
    expect(await dispatch('plan', 'dev')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/provision ledger init --ledger dynamodb:provision-ledger -e dev\n/),
    })
    const text = readFileSync('examples/ci/github-actions/infrastructure.yml', 'utf8')
    const [, command = ''] = /# Needed once: (npx provision .*)$/m.exec(text) ?? []
    const made = await runScript(command, undefined, {}, place)
    expect([made.code, made.err]).toEqual([0, made.err])
  })

  it(
    'show on a pull request what it would change in each environment, and change nothing',
    { timeout },
    async () => {
      const before = await writes()
      const values = {
        'github.event.pull_request.head.repo.full_name': 'me/shop',
        'github.repository': 'me/shop',
      }
      for (const environment of ['dev', 'prod']) {
        const { code, err, summary } = await runJob(
          pullRequest,
          'plan',
          { ...values, 'matrix.environment': environment },
          place,
        )
        expect([code, err]).toEqual([0, err])
        expect(summary).toMatch(
          new RegExp(`^## Plan for ${environment}\\n\`\`\`\\nhello/${environment} in 123456789012`),
        )
        expect(summary).toMatch(/Plan: \d+ to create, 0 to update, 0 to replace, 0 to delete\.\n```\n$/)
      }
      expect(await writes()).toBe(before)
      // GitHub gives a fork no credentials.
      const fork = { ...values, 'github.repository': 'you/shop', 'matrix.environment': 'dev' }
      expect(await runJob(pullRequest, 'plan', fork, place)).toMatchObject({ code: 0, out: '', summary: '' })
    },
  )

  it('bring up, and tear down what was meant', { timeout }, async () => {
    expect(infrastructure.on['workflow_dispatch']).toMatchObject({
      inputs: { command: { options: ['plan', 'up', 'teardown'] }, environment: { options: ['dev', 'prod'] } },
    })
    const up = await dispatch('up', 'dev')
    expect([up.code, up.err]).toEqual([0, expect.stringContaining('Up complete')])
    expect(up.summary).toMatch(/## Plan for dev\n[^]*## Outputs\n```\n[^]*http:\/\/[^]*```\n$/)
    expect((await dispatch('plan', 'dev')).summary).toContain('No changes.')

    const before = await writes()
    const refused = await dispatch('teardown', 'dev', 'prod')
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringContaining('::error::to tear down dev, type'),
    })
    expect(await writes()).toBe(before)
    const down = await dispatch('teardown', 'dev', 'dev')
    expect([down.code, down.err]).toEqual([0, expect.stringContaining('Nothing tagged hello/dev is left')])
    expect(new Set(askedOf(place.folder))).toEqual(new Set(['npm ci']))
  })

  it('send only requests that the API models of AWS allow', async () => {
    expect(await moto.violations()).toEqual([])
  })
})
