import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeImagesCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkPlace } from '../support/workflow.ts'
import { askedOf, runJob, runScript, workflowOf } from '../support/workflow.ts'
import type { Moto } from './server.ts'
import { startMoto } from './server.ts'

/** Without its check, and not followed: no task of moto's answers, and no target of it is ever healthy. */
const release = JSON.parse(
  JSON.stringify(workflowOf('build-push-rollout.yml')).replaceAll(' --http /health', ''),
) as ReturnType<typeof workflowOf>
const commit = '4f5e6d7c8b9a'
const repositoryName = 'shop-staging/web'

const config = `stack: shop
region: us-east-1
ledger: dynamodb:provision-ledger
repositories:
  web: { keepImages: 10 }
services:
  web: { repository: web, port: 8080, paths: [/*], desiredCount: 2 }
environments: { staging: {}, production: {} }
`

let moto: Moto
let place: WorkPlace
let ecr: ECRClient
let ecs: ECSClient

beforeAll(async () => {
  moto = await startMoto()
  const folder = mkdtempSync(join(tmpdir(), 'provision-first-commit-'))
  mkdirSync(join(folder, 'web'))
  writeFileSync(join(folder, 'provision.yaml'), config)
  place = { folder, env: { AWS_ENDPOINT_URL: moto.url, GITHUB_SHA: commit } }
  const options = { endpoint: moto.url, region: 'us-east-1', maxAttempts: 1 }
  ecr = new ECRClient(options)
  ecs = new ECSClient(options)
})

afterAll(async () => {
  await moto.stop()
  rmSync(place.folder, { recursive: true, force: true })
})

async function typed(line: string, where = place) {
  const { code, err, out } = await runScript(`npx provision ${line}`, undefined, {}, where)
  expect([line, code, err]).toEqual([line, 0, err])
  return { err, out }
}

/** What docker would have pushed: the one that stands in for it only writes down what it is asked. */
async function push(tag: string): Promise<string> {
  const type = 'application/vnd.oci.image.index.v1+json'
  const platform = { architecture: 'amd64', os: 'linux' }
  const digest = `sha256:${createHash('sha256').update(tag).digest('hex')}`
  const manifests = [
    { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1024, platform },
  ]
  const { image } = await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageTag: tag,
      imageManifestMediaType: type,
      imageManifest: JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }),
    }),
  )
  return image!.imageId!.imageDigest!
}

async function running(environment: string) {
  const cluster = `${environment}-shop-cluster`
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web'] }))
  const { desiredCount, taskDefinition } = services![0]!
  const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinition! }))
  return { desiredCount, image: found.taskDefinition!.containerDefinitions![0]!.image }
}

describe('the workflow that builds, pushes and releases, over the wire', () => {
  it(
    'starts the first commit of a stack that nothing has ever been pushed to',
    { timeout: 300_000 },
    async () => {
      await typed('ledger init --ledger dynamodb:provision-ledger -e staging')
      const { err } = await typed('up -e staging --yes')
      expect(err).toContain(
        `services/web has desired count 0: it waits for a push of ${repositoryName}:latest`,
      )
      expect(await running('staging')).toMatchObject({ desiredCount: 0 })

      const digest = await push(commit)
      const ended = await runJob(release, 'staging', {}, { ...place, more: '--detach' })
      expect([ended.code, ended.err]).toEqual([
        0,
        expect.stringMatching(/web: no task -> web@sha256:\w+, rolling, starts 2 tasks/),
      ])
      const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
      expect(askedOf(place.folder)).toContain(`docker push ${registry}/${repositoryName}:${commit}`)
      expect(await running('staging')).toEqual({
        desiredCount: 2,
        image: `${registry}/${repositoryName}@${digest}`,
      })
      const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
      expect(imageDetails!.map(({ imageTags }) => imageTags!.toSorted())).toEqual([
        [commit, `provision.shop.staging.web.${digest.slice(7, 19)}`],
      ])
    },
  )

  it('leaves nothing for prune to delete, which only reads then', { timeout: 300_000 }, async () => {
    const before = await moto.calls()
    const { err } = await typed('prune -e staging --yes')
    expect(err).toContain('Nothing to delete')
    const added = (await moto.calls()).slice(before.length).filter(({ service }) => /^ec[rs]$/i.test(service))
    expect(added.length).toBeGreaterThan(3)
    expect(added.filter(({ operation }) => !/^(Describe|List|BatchGet|Get)/.test(operation))).toEqual([])
  })

  it('sends only requests that the API models of AWS allow', async () => {
    expect(await moto.violations()).toEqual([])
  })
})
