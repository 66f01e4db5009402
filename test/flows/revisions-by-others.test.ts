import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { status } from '../../src/commands/status.ts'
import { activeRevisions, releasedByScript, revisionsRun } from '../support/deploy-script.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, typeRollout } from '../support/rollouts.ts'

const service = 'web'

async function risen(): Promise<Life> {
  const life = liveWith('minimal')
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

async function afterScript(): Promise<Life> {
  const life = await risen()
  await releasedByScript(life, service, { image: 'nginx:1.28' })
  return life
}

async function goesWithoutRest(life: Life): Promise<void> {
  const { code, error } = await life.teardown()
  expect([code, error]).toEqual([0, undefined])
  expect(activeRevisions(life)).toEqual([])
}

describe('a revision that a deploy script has registered without tags', () => {
  it('is what runs: plan shows it as held, up changes nothing, status names it', async () => {
    const life = await afterScript()
    const { out, code } = await life.plan()
    expect(code).toBe(0)
    expect(out).toContain('Left as AWS or a release has set it')
    expect(out).toContain('nginx:1.28')
    expect(out).toMatch(/Not managed by provision \(left alone\)[^]*services\/web\.task  .*dev-hello-web:2/)
    expect(await life.planned()).toEqual([])
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    const shown = await life.run((options, context) => status(options, context))
    expect(shown.out).toMatch(/services\/web\.task +registered by others /)
    await goesWithoutRest(life)
  })

  it('is no drift', async () => {
    const life = await afterScript()
    const { code } = await life.run((options, context) =>
      drift({ ...options, detailedExitcode: true }, context),
    )
    expect(code).toBe(0)
  })

  it('gives way to another image in the config, and stays registered until teardown', async () => {
    const life = await afterScript()
    life.edit('nginx:1.27', 'nginx:1.29')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await imagesIn(life)).toEqual({ web: 'nginx:1.29' })
    expect(revisionsRun(life)).toEqual({ [service]: 'dev-hello-web:3' })
    expect(activeRevisions(life)).toContain('dev-hello-web:2')
    expect(await life.planned()).toEqual([])
    await goesWithoutRest(life)
  })

  it('keeps its image where up takes back what else it has changed', async () => {
    const life = await risen()
    await releasedByScript(life, service, { image: 'nginx:1.28', memory: '1024' })
    expect((await life.plan()).out).toMatch(/memory: 1024 -> 512 .*changed in AWS since the last run/)
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await imagesIn(life)).toEqual({ web: 'nginx:1.28' })
    expect(revisionsRun(life)).toEqual({ [service]: 'dev-hello-web:3' })
    expect(await life.planned()).toEqual([])
    await goesWithoutRest(life)
  })

  it('gives way to a rollout, whose revision carries the tags of the stack', async () => {
    const life = await afterScript()
    expect(await typeRollout(life, 'web', { image: ['nginx:1.29'] })).toMatchObject({ code: 0 })
    expect(await life.planned()).toEqual([])
    expect((await life.plan()).out).not.toContain('Not managed by provision')
    await goesWithoutRest(life)
  })

  it('is found through the service where the ledger is lost', async () => {
    const life = await afterScript()
    life.loseLedger()
    const { code, out } = await life.rebuild()
    expect([code, out]).toEqual([0, expect.stringContaining('services/web.task  ecs/task-definition')])
    expect(revisionsRun(life)).toEqual({ [service]: 'dev-hello-web:2' })
    const ledger = await life.ledger()
    expect(ledger?.entries.get('services/web.task')).toMatchObject({ attributes: { revision: 2 } })
    expect((await life.planned()).map(({ address, action }) => [address, action])).toEqual([
      ['services/web.task', 'replace'],
      ['services/web', 'update'],
    ])
    await goesWithoutRest(life)
  })

  it('goes with the stack where the ledger is lost and was not rebuilt', async () => {
    const life = await afterScript()
    life.loseLedger()
    await goesWithoutRest(life)
  })

  it('is found where the script has deregistered the one before', async () => {
    const life = await risen()
    await releasedByScript(life, service, { image: 'nginx:1.28', deregisters: true })
    expect(await life.planned()).toEqual([])
    await goesWithoutRest(life)
  })

  it('goes with its service when the config no longer names that', async () => {
    const life = await risen()
    life.edit('services:', 'services:\n  api: { image: nginx:1.27, port: 80, paths: [/api/*] }')
    expect(await life.up()).toMatchObject({ code: 0 })
    await releasedByScript(life, 'api', { image: 'nginx:1.28' })
    life.edit('\n  api: { image: nginx:1.27, port: 80, paths: [/api/*] }', '')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(activeRevisions(life)).toEqual(['dev-hello-web:1'])
  })

  it('is drift of the service under the name of another family, and that family stays', async () => {
    const life = await risen()
    await releasedByScript(life, service, { image: 'nginx:1.28', family: 'elsewhere' })
    expect((await life.plan()).out).toContain('changed in AWS since the last run')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(revisionsRun(life)).toEqual({ [service]: 'dev-hello-web:1' })
    const { code } = await life.teardown()
    expect([code, activeRevisions(life)]).toEqual([0, ['elsewhere:1']])
  })

  it('stays where it stood in that family before the stack did', async () => {
    const life = liveWith('minimal')
    await life.meanwhile(({ ecs }) =>
      ecs.registerTaskDefinition({
        family: 'dev-hello-web',
        containerDefinitions: [{ name: 'old', image: 'nginx:1', memory: 64 }],
      }),
    )
    expect(await life.up()).toMatchObject({ code: 0 })
    await releasedByScript(life, service, { image: 'nginx:1.28' })
    const { code } = await life.teardown()
    expect([code, activeRevisions(life)]).toEqual([0, ['dev-hello-web:1']])
  })

  it('does not make a service of somebody else ours', async () => {
    const life = await afterScript()
    await life.meanwhile((_aws, world) => {
      const tags = world.table<{ arn: string; tags: Record<string, string> }>('tagging/resource')
      const row = tags.list().find(({ arn }) => arn.includes(':service/'))!
      row.tags['provision:stack'] = 'other'
    })
    life.loseLedger()
    // The service of the others is still in the cluster.
    expect((await life.teardown()).error).toMatchObject({ code: 'refused' })
    expect(revisionsRun(life)).toEqual({ [service]: 'dev-hello-web:2' })
    expect(activeRevisions(life)).toContain('dev-hello-web:2')
  })
})
