import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { ConfigInvalid } from '../../src/config/problems.ts'
import { nodeFiles } from '../../src/effects/node-files.ts'
import { ProvisionError } from '../../src/errors.ts'
import { memoryFiles } from '../support/memory-files.ts'

const minimal = 'stack: shop\nenvironment: dev\nregion: us-east-1\n'

async function load(yaml: string, environment?: string) {
  const { config } = await loadConfig({
    files: memoryFiles({ '/work/provision.yaml': yaml }),
    cwd: '/work',
    environment,
  })
  return config
}

async function refusal(yaml: string, environment?: string): Promise<ConfigInvalid> {
  const error = await load(yaml, environment).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigInvalid)
  return error as ConfigInvalid
}

describe('finding the config', () => {
  it('looks for it in the folder and then upwards', async () => {
    const files = memoryFiles({ '/work/provision.yaml': minimal })
    const { file } = await loadConfig({ files, cwd: '/work/services/api' })
    expect(file).toBe('/work/provision.yaml')
  })

  it('refuses two in one folder', async () => {
    const files = memoryFiles({ '/work/provision.yaml': minimal, '/work/provision.json': '{}' })
    await expect(loadConfig({ files, cwd: '/work' })).rejects.toThrow(
      '/work has provision.yaml and provision.json, and only one can count.',
    )
  })

  it('says in one line that there is none', async () => {
    await expect(loadConfig({ files: memoryFiles(), cwd: '/work' })).rejects.toThrow(
      'There is no provision.yaml in /work or above it.',
    )
    await expect(loadConfig({ files: memoryFiles(), cwd: '/work', path: 'other.yaml' })).rejects.toThrow(
      'There is no file other.yaml.',
    )
  })

  it('says in one line that it cannot be read', async () => {
    const files = {
      ...memoryFiles(),
      read: () => {
        throw new Error('EACCES: permission denied')
      },
    }
    await expect(loadConfig({ files, cwd: '/work', path: 'provision.yaml' })).rejects.toThrow(
      'provision.yaml cannot be read: EACCES: permission denied',
    )
  })

  it.skipIf(process.platform === 'win32')('says so of what has no end, and of a folder', async () => {
    const at = (path: string) => loadConfig({ files: nodeFiles, cwd: '/', path })
    await expect(at('/dev/zero')).rejects.toMatchObject({
      code: 'config',
      message: 'dev/zero cannot be read: it is a device or a pipe, and no file',
      hint: expect.stringContaining('--config'),
    })
    await expect(at('/dev')).rejects.toThrow('dev cannot be read: it is a folder')
  })
})

describe('reading the config', () => {
  it('fills in the defaults', async () => {
    const config = await load(`${minimal}services:\n  web: { image: nginx, port: 80, paths: [/*] }\n`)
    expect(config).toMatchObject({
      stack: 'shop',
      environment: 'dev',
      network: { cidr: '10.0.0.0/16', natGateways: 'one' },
      services: { web: { cpu: 256, memory: 512, desiredCount: 1, alarms: { cpu: 80, memory: 80 } } },
    })
  })

  it('reads JSON with tabs', async () => {
    const json =
      '{\n\t"$schema": "x",\n\t"stack": "shop",\n\t"environment": "dev",\n\t"region": "us-east-1"\n}\n'
    const files = memoryFiles({ '/work/provision.json': json })
    expect((await loadConfig({ files, cwd: '/work' })).config.stack).toBe('shop')
  })

  it('runs a TypeScript config that imports defineStack by the package name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'provision-'))
    try {
      const file = join(folder, 'provision.config.ts')
      const source = `import { defineStack } from 'provision-aws'
const stack: string = 'shop'
export default defineStack({ stack, environment: 'dev', region: 'us-east-1' })\n`
      writeFileSync(file, source)
      const loaded = await loadConfig({ files: memoryFiles({ [file]: source }), cwd: folder })
      expect(loaded.config.stack).toBe('shop')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('environments', () => {
  const two = `stack: shop
region: us-east-1
databases:
  database: { engine: postgres, allocatedStorage: 20, multiAz: true }
environments:
  dev:
    databases: { database: { multiAz: null } }
  prod:
    network: { natGateways: per-zone }
    databases: { database: { allocatedStorage: 50 } }
`

  it('merges objects, replaces values and removes what is null', async () => {
    expect((await load(two, 'prod')).databases['database']).toMatchObject({
      allocatedStorage: 50,
      multiAz: true,
    })
    expect((await load(two, 'dev')).databases['database']).toMatchObject({ allocatedStorage: 20 })
    expect((await load(two, 'dev')).databases['database']?.multiAz).toBeUndefined()
  })

  it('does not guess between two', async () => {
    expect((await refusal(two)).problems[0]).toMatchObject({
      path: 'environments',
      message: 'it is not said which of dev, prod is meant',
    })
  })

  it('takes the only one', async () => {
    expect((await load('stack: shop\nregion: us-east-1\nenvironments: { dev: {} }\n')).environment).toBe(
      'dev',
    )
  })

  it('suggests the one that was meant', async () => {
    expect((await refusal(two, 'prd')).problems[0]).toMatchObject({
      message: 'there is no environment "prd"',
      fix: 'Did you mean "prod"?',
    })
  })

  it('points into the overlay when the wrong value stands there', async () => {
    const wrong = two.replace('allocatedStorage: 50', 'allocatedStorage: "50"')
    expect((await refusal(wrong, 'prod')).problems).toEqual([
      expect.objectContaining({
        line: 10,
        path: 'environments.prod.databases.database.allocatedStorage',
        message: 'must be a number',
      }),
    ])
  })
})

describe('a wrong config', () => {
  it('names every problem at once, in the order of the file', async () => {
    const error = await refusal(`stack: Shop
environment: dev
region: us-east-1
services:
  web:
    image: nginx
    prot: 80
    desiredCount: many
`)
    expect(error).toBeInstanceOf(ProvisionError)
    expect(error.problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [1, 8, 'stack'],
      [7, 5, 'services.web.prot'],
      [8, 19, 'services.web.desiredCount'],
    ])
    expect(error.problems[1]).toMatchObject({ message: 'is not a known key', fix: 'Did you mean "port"?' })
  })

  it('shows the line with a caret under the place', async () => {
    const { message } = await refusal(`${minimal}netwrok: {}\n`)
    expect(message).toBe(`provision.yaml has one problem.

provision.yaml:4:1  netwrok: is not a known key
  4 | netwrok: {}
    | ^
  Fix: Did you mean "network"?`)
  })

  it('shows only a part of a long line, and no control characters', async () => {
    const { message } = await refusal(`${minimal}tags: { a: "${'x'.repeat(300)}" }\nnope: "\u001b[2J"\n`)
    const lines = message.split('\n').filter(line => !line.trimStart().startsWith('Fix:'))
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(250)
    expect(message).not.toContain('\u001b')
  })

  it('asks for quotes where YAML would change the value', async () => {
    const { problems } = await refusal(`${minimal}databases:\n  main: { engine: postgres, version: 16.10 }\n`)
    expect(problems).toEqual([
      expect.objectContaining({
        path: 'databases.main.version',
        message: 'must be text, but 16.10 is read as a number',
        fix: 'Write it in quotes: "16.10"',
      }),
    ])
  })

  it('names what is missing', async () => {
    expect((await refusal('stack: shop\nenvironment: dev\n')).problems).toEqual([
      expect.objectContaining({ path: 'region', message: 'is missing' }),
    ])
  })

  it.each([
    ['the same key twice', 'stack: again\n', 'the same key stands twice', 4],
    ['a merge key', 'tags: &a { x: y }\ncluster: { <<: *a }\n', 'merge keys are not supported', 5],
    ['a key that reaches the prototype', 'tags: { __proto__: x }\n', '"__proto__" cannot be a key', 4],
    ['a tag of some other language', 'tags: { x: !!js/function y }\n', expect.stringContaining('tag'), 4],
  ])('refuses %s', async (_, yaml, message, line) => {
    expect((await refusal(minimal + yaml)).problems[0]).toMatchObject({ message, line })
  })

  it('refuses aliases that multiply', async () => {
    const levels = Array.from(
      { length: 8 },
      (_, level) => `  l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    )
    const { problems } = await refusal(`${minimal}tags:\n  l0: &l0 [x]\n${levels.join('\n')}\n`)
    expect(problems[0]?.message).toContain('alias')
  })

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['closed brackets', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['maps', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(50_000)],
    ['lines', Array.from({ length: 1300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('refuses %s that are nested without end', async (_, yaml) => {
    const began = performance.now()
    const { problems } = await refusal(yaml)
    expect(problems.map(({ message }) => message)).toEqual(['is nested too deeply'])
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('reads fifty levels', async () => {
    const { problems } = await refusal(`${minimal}tags: { x: ${'['.repeat(50)}${']'.repeat(50)} }\n`)
    expect(problems[0]?.message).not.toContain('nested')
  })

  it('refuses 20,000 keys as fast as it reads them', async () => {
    const began = performance.now()
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`)
    const { problems } = await refusal(`${minimal}${keys.join('\n')}\nk7: 1\n`)
    expect(problems).toMatchObject([{ message: 'the same key stands twice', line: 20_004 }])
    expect(performance.now() - began).toBeLessThan(8000)
  })

  it.each([
    ['a list', 'tags: { x: &a [*a] }\n'],
    ['an overlay', 'environments: &a { dev: *a }\n'],
  ])('refuses an alias that stands inside of what it means: %s', async (_, yaml) => {
    const { problems } = await refusal(minimal + yaml)
    expect(problems[0]).toMatchObject({ message: 'stands inside of what it means', line: 4 })
  })

  it.each(['!!binary aGk=', '!!set { x }', '!!omap [x: 1]', '!secret x'])(
    'refuses the tag in %s',
    async value => {
      const { problems } = await refusal(`${minimal}tags: { x: ${value} }\n`)
      expect(problems[0]?.message).toMatch(/tag/)
    },
  )

  it('leaves the prototype of objects alone, however its name is written', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype'])
      for (const yaml of [
        `${key}: { x: 1 }`,
        `"${key}": 1`,
        `tags: { "\\x${key.charCodeAt(0).toString(16)}${key.slice(1)}": y }`,
      ])
        expect((await refusal(`${minimal}${yaml}\n`)).problems[0]?.message).toContain('cannot be a key')
    expect(Object.keys(Object.prototype)).toEqual([])
    expect({}).not.toHaveProperty('x')
  })

  it('refuses a file of more than 1 MB', async () => {
    expect((await refusal(`${minimal}# ${'x'.repeat(1024 * 1024)}`)).problems[0]?.message).toBe(
      'is larger than 1 MB',
    )
  })

  it('refuses an empty file', async () => {
    expect((await refusal('')).problems[0]).toMatchObject({ message: 'holds no stack', line: 1 })
  })
})
