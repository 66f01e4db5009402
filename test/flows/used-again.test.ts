import { beforeAll, describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const denying = (denied: string) => ({
  before: ({ operation }: { readonly operation: string }) => {
    if (operation === denied) throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' })
  },
})

/** The revisions of a family that can be started, and the one that its service runs. */
async function revisionsOf(life: Life, familyPrefix: string) {
  const names = (life.tables()['ecs/service'] as { name: string }[]).map(({ name }) => name)
  const service = names.find(name => name.includes('frontend'))!
  let found: { active: string[]; runs: string | undefined } | undefined
  await life.meanwhile(async ({ ecs }) => {
    const { taskDefinitionArns: active = [] } = await ecs.listTaskDefinitions({ familyPrefix })
    const { clusterArns: [cluster] = [] } = await ecs.listClusters({})
    const { services: [one] = [] } = await ecs.describeServices({ cluster, services: [service] })
    found = { active, runs: one?.taskDefinition }
  })
  return found!
}

describe('the previous config after an up that failed half way', { timeout: 60_000 }, () => {
  let both: Life
  let existing = ''
  beforeAll(async () => {
    both = liveWith('apranova')
    await both.up()
    for (const one of ['frontend', 'backend']) both.push(`apranova/${one}`)
    await both.up()
    await both.meanwhile(async ({ acm }, world) => {
      const request = { DomainName: 'shop.example.com', ValidationMethod: 'DNS' } as const
      existing = `existing: { certificate: '${(await acm.requestCertificate(request)).CertificateArn!}' }\n`
      for (const row of world.table<{ issued?: boolean }>('acm/certificate').list()) row.issued = true
    })
  }, 60_000)

  it.each([
    'CreateListener',
    'CreateRule',
    'ModifyListener',
    'RegisterTaskDefinition',
    'UpdateService',
    'DeregisterTaskDefinition',
  ])('restores everything, and no task definition that runs goes: without %s', async denied => {
    const life = both.copy()
    life.edit('loadBalancer:\n', `${existing}loadBalancer:\n`)
    const failed = await life.up({ allowInterruption: true, faults: denying(denied) })
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('not allowed')])
    life.edit(existing, '')
    const { code, error, err } = await life.up({ allowInterruption: true })
    expect([code, error?.message, err]).toEqual([0, undefined, err])
    expect(await life.planned()).toEqual([])
    const { active, runs } = await revisionsOf(life, 'production-frontend')
    expect(active).toEqual([runs])
  })
})
