import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import type * as Deposed from '../../src/engine/deposed.ts'
import type * as Kinds from '../../src/kinds/index.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Aws } from '../../src/aws/aws.ts'
import type { Document } from './document.ts'
import { documentOf } from './document.ts'
import { edited } from './edit.ts'
import type * as Base from './base.ts'
import type * as Matrix from './matrix.ts'

/** A mistake that someone could make in one module, and an edit that shows it. */
interface SeededBug {
  readonly name: string
  /** Path in `src`. */
  readonly module: string
  plant(original: never): object
  readonly document: Document
  readonly edit: Parameters<typeof edited>
  /** What the matrix says of it. */
  readonly finding: RegExp
}

const minimal = documentOf({ example: 'minimal', environment: 'dev' })
const web = { image: 'nginx:1.27', port: 80, paths: ['/*'] }
const api = { image: 'public.ecr.aws/docker/library/httpd:2.4', port: 8080, paths: ['/api/*'] }
const docs = { ...api, paths: ['/docs/*'] }
const withDomain: Document = { ...minimal, domain: { name: 'shop.example.com' } }
const threeServices: Document = { ...minimal, services: { web, api, docs } }

const otherNames: SeededBug['edit'] = [
  withDomain,
  ['domain', 'certificate'],
  { names: ['shop.example.com', 'www.shop.example.com'] },
]

/** A kind that is not what it should be. */
const kindWith = (type: string, change: (kind: AnyKind) => Partial<AnyKind>) => ({
  module: 'kinds/index.ts',
  plant: ({ kindOf }: typeof Kinds) => ({
    kindOf: (asked: string) => {
      const kind = kindOf(asked)
      return asked === type ? { ...kind, ...change(kind) } : kind
    },
  }),
})

const bugs: readonly SeededBug[] = [
  {
    name: 'a certificate in use is destroyed before there is another one',
    ...kindWith('acm/certificate', () => ({ replacement: { deleteFirst: 'a seeded bug' } })),
    document: withDomain,
    edit: otherNames,
    finding: /domain\/certificate: replace failed: AWS refuses to delete it: it is in use/,
  },
  {
    name: 'traffic is sent to a service whose tasks are not healthy yet',
    ...kindWith('ecs/service', () => ({
      ready: async (attributes: readonly object[]) =>
        attributes.map(one => ({ state: 'ready' as const, attributes: one })),
    })),
    document: minimal,
    edit: [minimal, ['services'], { site: web }],
    finding: /outage of \d+ s .*has no healthy target/,
  },
  {
    name: 'rules that change places take each other for strangers',
    module: 'kinds/elbv2/rule-priority.ts',
    plant: () => ({
      moveRule: async (RuleArn: string, { priority }: { priority: number }, aws: Aws) => {
        await aws.elbv2.setRulePriorities({ RulePriorities: [{ RuleArn, Priority: priority }] })
      },
    }),
    document: threeServices,
    edit: [threeServices, ['services'], { web, docs, api }],
    finding: /up failed: .*Priority '\d+' is currently in use/,
  },
  {
    name: 'what a replacement has left is forgotten',
    module: 'engine/deposed.ts',
    plant: () => ({ deposedBy: () => [] }) satisfies Partial<typeof Deposed>,
    document: withDomain,
    edit: otherNames,
    finding: /orphan: .*:certificate\//,
  },
]

const found: string[] = []

afterEach(() => vi.resetModules())
afterAll(() => void process.stderr.write(`seeded bugs found: ${found.length}/${bugs.length}\n`))

type Modules = typeof Matrix & typeof Base

async function modules(): Promise<Modules> {
  return { ...(await import('./matrix.ts')), ...(await import('./base.ts')) }
}

/** The matrix over sources in which one module is not what it should be. */
async function matrixWith({ module, plant }: SeededBug): Promise<Modules> {
  vi.resetModules()
  const path = `../../src/${module}`
  vi.doMock(path, async original => {
    const real = await original<object>()
    return { ...real, ...plant(real as never) }
  })
  try {
    return await modules()
  } finally {
    vi.doUnmock(path)
  }
}

async function findingsOf({ build, live }: Modules, { document, edit }: SeededBug) {
  return (await live(await build(document), edited(...edit))).findings
}

describe('an edit matrix that is worth something', () => {
  it.each(bugs.map(bug => [bug.name, bug] as const))('finds that %s', async (name, bug) => {
    expect(await findingsOf(await modules(), bug), 'without the bug').toEqual([])
    const findings = await findingsOf(await matrixWith(bug), bug)
    expect(findings.join('\n')).toMatch(bug.finding)
    found.push(name)
  })
})
