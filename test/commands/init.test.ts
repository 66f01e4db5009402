import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../src/commands/command.ts'
import { init } from '../../src/commands/init.ts'
import { loadConfig } from '../../src/config/load.ts'
import { memoryFiles } from '../support/memory-files.ts'

function inFolder(present: Record<string, string>, environment: Record<string, string> = {}) {
  const files = memoryFiles(present)
  let shown = ''
  const terminal = { out: () => {}, err: (text: string) => void (shown += text) }
  const command = { effects: { files, terminal, cwd: '/work/My Shop_2', environment } }
  return { files, shown: () => shown, run: () => init(command as unknown as CommandContext) }
}

const config = '/work/My Shop_2/provision.yaml'

describe('provision init', () => {
  it('writes a config that is valid, named after the folder', async () => {
    const { files, run } = inFolder({}, { AWS_REGION: 'eu-west-1' })
    expect(run()).toBe(0)
    const loaded = await loadConfig({ files, cwd: '/work/My Shop_2' })
    expect(loaded.config).toMatchObject({ stack: 'my-shop-2', region: 'eu-west-1' })
    expect(loaded.config.services['web']).toMatchObject({ repository: 'web', port: 80 })
  })

  it('builds on the Dockerfile that stands there, on the port it exposes', async () => {
    const { files, run } = inFolder({ '/work/My Shop_2/Dockerfile': 'FROM node\nEXPOSE 8080\n' })
    run()
    const { services, repositories } = (await loadConfig({ files, cwd: '/work/My Shop_2' })).config
    expect(services['web']).toMatchObject({ repository: 'web', port: 8080 })
    expect(Object.keys(repositories)).toEqual(['web'])
  })

  it('names the way from there to the first image and to each later one', () => {
    const own = inFolder({ '/work/My Shop_2/Dockerfile': 'FROM node' })
    own.run()
    expect(own.shown()).toMatch(
      /provision up --sandbox [^]*provision up [^]*provision rollout web --build \. --tag v1/,
    )
    expect(own.shown()).not.toContain('Dockerfile')
    const empty = inFolder({})
    empty.run()
    expect(empty.shown()).toContain('--build . needs a Dockerfile')
  })

  it('never overwrites a config', () => {
    const { files, run } = inFolder({ [config]: 'stack: mine\n' })
    expect(run).toThrow('there is a provision.yaml')
    expect(files.read(config)).toBe('stack: mine\n')
  })

  it('keeps the ledger out of git, once', () => {
    const ignore = '/work/My Shop_2/.gitignore'
    const { files, run } = inFolder({ [ignore]: 'node_modules' })
    run()
    expect(files.read(ignore)).toBe('node_modules\n.provision/\n')
    const again = inFolder({ [ignore]: '/.provision\n' })
    again.run()
    expect(again.files.read(ignore)).toBe('/.provision\n')
  })
})
