import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

interface Arrow {
  readonly from: string
  /** A path in `src`, or the name of a package. */
  readonly to: string
  readonly typeOnly: boolean
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => `src/${path}`)
  .map(path => {
    const text = readFileSync(join(root, path), 'utf8')
    // Comments may name what code may not.
    return { path, text, code: text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '') }
  })

const arrows: Arrow[] = files.flatMap(({ path, code }) => {
  const statements = code.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const dynamic = code.matchAll(/\bimport\((['"])([^'"]+)\1\)/g)
  const arrow = (to: string, typeOnly: boolean): Arrow => ({
    from: path,
    to: to.startsWith('.') ? relative(root, resolve(root, dirname(path), to)) : to,
    typeOnly,
  })
  return [
    ...[...statements].map(([, type, to]) => arrow(to!, type !== undefined)),
    ...[...dynamic].map(([, , to]) => arrow(to!, false)),
  ]
})

const wrong = (test: (arrow: Arrow) => boolean) =>
  arrows.filter(test).map(({ from, to }) => `${from} → ${to}`)
const inside = (path: string, ...folders: readonly string[]) =>
  folders.some(folder => path.startsWith(`src/${folder}`))

describe('the arrows between the parts', () => {
  it('are found at all', () => {
    expect(arrows.length).toBeGreaterThan(300)
    expect(arrows).toContainEqual({ from: 'src/engine/walk.ts', to: 'dependency-graph', typeOnly: false })
  })

  it('keep config, steps, plan and resources from the SDK and from the disk', () => {
    const pure = ['config/', 'steps/', 'plan/', 'resources/']
    const outside = ({ from, to, typeOnly }: Arrow) =>
      inside(from, ...pure) && !typeOnly && (/^@(aws-sdk|smithy)\//.test(to) || to.startsWith('node:fs'))
    expect(wrong(outside)).toEqual([])
  })

  it('keep the engine from the kinds, the SDK and the sandbox', () => {
    const known = ({ from, to }: Arrow) =>
      inside(from, 'engine/') && (inside(to, 'kinds/', 'aws/sdk/', 'sandbox/') || to.startsWith('@aws-sdk/'))
    expect(wrong(known)).toEqual([])
  })

  it('lead to the SDK only from kinds, rollout, aws/sdk and sandbox', () => {
    const stray = ({ from, to }: Arrow) =>
      to.startsWith('@aws-sdk/') && !inside(from, 'kinds/', 'rollout/', 'aws/sdk/', 'sandbox/')
    expect(wrong(stray)).toEqual([])
  })

  it('lead to the SDK’s values only from aws/sdk', () => {
    const stray = ({ from, to, typeOnly }: Arrow) =>
      to.startsWith('@aws-sdk/') && !typeOnly && !inside(from, 'aws/sdk/')
    expect(wrong(stray)).toEqual([])
  })

  it('take nothing but types from aws into resources', () => {
    const values = ({ from, to, typeOnly }: Arrow) =>
      inside(from, 'resources/') && inside(to, 'aws/') && !typeOnly
    expect(wrong(values)).toEqual([])
  })

  it('lead to the disk only from effects', () => {
    expect(wrong(({ from, to }) => to.startsWith('node:fs') && !inside(from, 'effects/'))).toEqual([])
  })
})

describe('the network', () => {
  it('is reached through the SDK and through effects, and nowhere else', () => {
    const ways = /\bfetch\(|\bWebSocket\b|\bXMLHttpRequest\b|node:(?:http2?|https|net|tls|dgram|dns)\b/
    const stray = files.filter(({ path, code }) => ways.test(code) && !inside(path, 'effects/'))
    expect(stray.map(({ path }) => path)).toEqual([])
  })
})

describe('the package', () => {
  it('runs nothing when it is installed, and brings few others along', () => {
    const { scripts, dependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { scripts: Record<string, string>; dependencies: Record<string, string> }
    expect(Object.keys(scripts).filter(name => /^(pre|post)?install$/.test(name))).toEqual([])
    expect(Object.keys(dependencies).length).toBeLessThanOrEqual(10)
  })
})

describe('time, chance and the environment', () => {
  it('come from effects only', () => {
    const sources = /\b(setTimeout|setInterval|Date\.now|Math\.random|process\.env|new Date\(\))/
    const stray = files.filter(
      ({ path, code }) => sources.test(code) && !inside(path, 'effects/') && path !== 'src/cli.ts',
    )
    expect(stray.map(({ path }) => path)).toEqual([])
  })
})
