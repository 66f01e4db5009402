import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeFiles } from '../../src/effects/node-files.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { rehearsal } from '../../src/sandbox/rehearsal.ts'
import { askedOf, runJob, runScript, workflowOf } from '../support/workflow.ts'

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))
const release = workflowOf('build-push-rollout.yml')
const folder = mkdtempSync(join(tmpdir(), 'provision-release-'))
const commit = '0d1e2f'
const place = { folder, env: { GITHUB_SHA: commit }, more: '--sandbox --no-simulated-images' }

const config = `stack: shop
region: us-east-1
ledger: dynamodb:provision-ledger
repositories:
  web: {}
services:
  web:
    repository: web
    port: 8080
    paths: [/*]
environments:
  staging: {}
  production: {}
`

beforeAll(() => {
  if (!existsSync(join(root, 'dist/cli.cjs')))
    execFileSync(join(root, 'node_modules/.bin/rolldown'), ['-c', 'rolldown.config.ts'], {
      cwd: root,
      stdio: 'ignore',
    })
  mkdirSync(join(folder, 'web'))
  writeFileSync(join(folder, 'provision.yaml'), config)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What docker would have pushed: the one that stands in for it cannot reach the embedded AWS. */
function push(repository: string, tag: string) {
  const path = join(folder, '.provision/sandbox/aws.json')
  const random = seededRandom(1)
  const { world } = rehearsal({ path, region: 'us-east-1', files: nodeFiles, random, start: 0, pace: 0 })
  pushImage(world, repository, tag)
  writeFileSync(path, JSON.stringify(world.snapshot()))
}

describe('the workflow that builds, pushes and releases', () => {
  it('releases the commit to staging, and the same image to production', { timeout: 180_000 }, async () => {
    for (const environment of ['staging', 'production']) await provision(`up -e ${environment} --yes`)
    // Nothing else has ever been pushed: this commit is the first release of both.
    push('shop-staging/web', commit)

    const staging = await runJob(release, 'staging', {}, place)
    expect([staging.code, staging.err]).toEqual([0, expect.stringMatching(/web: released .*@sha256:/)])
    const production = await runJob(release, 'production', {}, place)
    expect([production.code, production.err]).toEqual([0, expect.stringMatching(/web: released .*@sha256:/)])

    const digest = (text: string) => /released \S*@(sha256:[0-9a-f]+)/.exec(text)?.[1]
    expect(digest(staging.err)).toHaveLength('sha256:'.length + 12)
    expect(digest(production.err)).toBe(digest(staging.err))
    const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
    expect(askedOf(folder)).toEqual([
      'npm ci',
      `docker build --platform linux/amd64 --tag ${registry}/shop-staging/web:${commit} -- web`,
      `docker login --username AWS --password-stdin ${registry}`,
      `docker push ${registry}/shop-staging/web:${commit}`,
      'npm ci',
      'npm run smoke',
    ])
  })
})

async function provision(args: string) {
  const { code, err } = await runScript(`npx provision ${args}`, undefined, {}, place)
  expect([code, err]).toEqual([0, err])
}
