import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import type * as Deposed from '../../src/engine/deposed.ts'
import type * as Interruptions from '../../src/plan/interruptions.ts'
import type * as KnownNames from '../../src/plan/known-names.ts'
import type * as Leftovers from '../../src/plan/leftovers.ts'
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
  /** One call of the edit fails for good. */
  readonly denied?: true
  /** What the matrix says of it: its verdict, its reason and what it finds. */
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

type Changed = { readonly [K in keyof AnyKind]?: AnyKind[K] | undefined }

/** A kind that is not what it should be. */
const kindWith = (type: string, change: (kind: AnyKind) => Changed) => ({
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
  {
    name: 'a generated name follows the config of today',
    module: 'plan/known-names.ts',
    plant: () => ({ withKnownNames: desired => desired }) satisfies Partial<typeof KnownNames>,
    document: minimal,
    edit: [minimal, ['prefix'], 'acme'],
    finding: /^announced/,
  },
  {
    name: 'a new rule wants the priority of the one that leaves',
    ...kindWith('elbv2/rule', () => ({ joining: undefined })),
    document: threeServices,
    edit: [threeServices, ['services'], { web, backend: api, docs }],
    finding: /up failed: .*Priority '\d+' is currently in use/,
  },
  {
    name: 'a listener rule is switched before the targets of its service are healthy',
    ...kindWith('elbv2/rule', () => ({ directsTraffic: undefined })),
    document: minimal,
    edit: [minimal, ['services'], { web, added: docs }],
    finding: /outage of \d+ s .*docs.*has no healthy target/,
  },
  {
    name: 'an interruption is not announced',
    module: 'plan/interruptions.ts',
    plant: () => ({ interruptionsIn: () => [] }) satisfies Partial<typeof Interruptions>,
    document: minimal,
    edit: [minimal, ['loadBalancer'], { name: 'renamed-alb' }],
    finding: /outage of \d+ s/,
  },
  {
    name: 'what is in use again is deleted as a leftover',
    module: 'plan/leftovers.ts',
    plant: () =>
      ({
        leftAt: deposed => deposed,
        leftIn: entry => entry?.deposed ?? [],
        isUsedAgain: () => false,
      }) satisfies Partial<typeof Leftovers>,
    document: minimal,
    edit: [minimal, ['services', 'web'], { ...web, port: 9090, deployment: 'blue-green' }],
    denied: true,
    finding: /back: /,
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

async function resultOf({ build, live, liveWithFailure }: Modules, { document, edit, denied }: SeededBug) {
  const base = await build(document)
  const result = await (denied ? liveWithFailure : live)(base, edited(...edit))
  return result!
}

describe('an edit matrix that is worth something', () => {
  it.each(bugs.map(bug => [bug.name, bug] as const))('finds that %s', async (name, bug) => {
    const without = await resultOf(await modules(), bug)
    expect(without.findings, 'without the bug').toEqual([])
    expect(without.verdict, 'without the bug').not.toMatch(bug.finding)
    const { verdict, reason = '', findings } = await resultOf(await matrixWith(bug), bug)
    expect([verdict, reason, ...findings].join('\n')).toMatch(bug.finding)
    found.push(name)
  })
})
