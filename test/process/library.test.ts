import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/index.ts'
import { outputs, plan, rollout, teardown, up } from '../../src/index.ts'

const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../..')
const cwd = mkdtempSync(join(tmpdir(), 'provision-library-'))
copyFileSync(join(root, 'examples/minimal/provision.yaml'), join(cwd, 'provision.yaml'))

afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('the library', () => {
  it('plans, makes, releases and removes a stack, with events and without a terminal', async () => {
    const options = { cwd, sandbox: true } as const
    const { summary } = await plan(options)
    expect(summary.create).toBeGreaterThan(20)

    const seen: RunEvent['type'][] = []
    const onEvent = ({ type }: RunEvent) => void seen.push(type)
    expect(await up({ ...options, onEvent })).toEqual({ exitCode: 0 })
    expect([seen[0], seen.at(-1)]).toEqual(['run.started', 'run.finished'])
    expect((await outputs(options))['url']).toMatch(/^http:/)

    const { exitCode, releases } = await rollout({
      ...options,
      service: 'web',
      image: ['nginx:1.28'],
      onEvent,
    })
    expect(exitCode).toBe(0)
    expect(releases).toMatchObject([{ service: 'web', number: 1, image: 'nginx:1.28', outcome: 'released' }])
    expect(seen.at(-1)).toBe('rollout.finished')

    await expect(rollout({ ...options, service: 'wev', tag: '1' })).rejects.toMatchObject({
      code: 'usage',
      hint: 'Did you mean "web"?',
    })
    expect(await teardown({ ...options, deleteData: ['all'] })).toEqual({ exitCode: 0 })
  })
})
