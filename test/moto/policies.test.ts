import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import type { Probe } from '../support/others-probes.ts'
import { othersProbes, unscoped } from '../support/others-probes.ts'
import type { PrintedPolicy } from '../support/policies.ts'
import { examplePairs, policiesOf } from '../support/policies.ts'
import { pythonWith } from './python.ts'

interface Verdict {
  readonly findings: readonly { readonly of: string; readonly problem: string }[]
  readonly allowed: readonly string[]
}

const script = fileURLToPath(new URL('policies.py', import.meta.url))
const printed: PrintedPolicy[] = []
let verdict: Verdict
let asked = 0

beforeAll(async () => {
  const probes: Probe[] = []
  for (const [example, environment] of examplePairs)
    for (const policy of await policiesOf(example, environment)) {
      printed.push(policy)
      probes.push(...(await othersProbes(policy)))
    }
  asked = probes.length
  // The same document is printed for many commands.
  const documents = new Map(
    printed.flatMap(({ of, documents: all }) =>
      all.map(document => [JSON.stringify(document), { of, document }] as const),
    ),
  )
  const groups = printed.map(policy => ({
    // moto hands on what it finds in a resource to `re`, except for `*`.
    statements: policy.documents.flatMap(({ Statement: all }) =>
      all.map(one => ({ ...one, Resource: one.Resource.map(arn => arn.replaceAll('?', '.')) })),
    ),
    probes: probes
      .filter(probe => probe.policy === policy)
      .map(({ action, resource, values, what }) => ({ action, resource, values, what })),
  }))
  verdict = await judged({ documents: [...documents.values()], groups })
})

async function judged(question: object): Promise<Verdict> {
  const judge = spawn(pythonWith('moto', 'parliament', 'setuptools'), [script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  const ended = once(judge, 'close')
  judge.stdin.end(JSON.stringify(question))
  const [out, err] = await Promise.all([text(judge.stdout), text(judge.stderr)])
  const [code] = (await ended) as [number]
  if (code !== 0) throw new Error(err)
  return JSON.parse(out) as Verdict
}

/** What parliament reports and is no mistake. */
const accepted: readonly RegExp[] = [
  // Its data is older than these: the service authorization reference has them, see `reference.test.ts`.
  /^parliament: UNKNOWN_ACTION "Unknown action ecs:(Continue|Stop)ServiceDeployment"$/,
  /^parliament: UNKNOWN_CONDITION_FOR_ACTION "Unknown condition elasticloadbalancing:CreateAction for /,
  // It looks at one statement, where an action has its resources in several; `reference.test.ts` looks at all of them.
  /^parliament: RESOURCE_MISMATCH /,
  // Reads are allowed everywhere.
  /^parliament: RESOURCE_STAR \[("[\w-]+:(Describe|Get|List)\w+"(, )?)+\]$/,
  // A lifecycle of a bucket deletes what it holds: the config says so.
  /^parliament: RESOURCE_POLICY_PRIVILEGE_ESCALATION .* s3:PutLifecycleConfiguration"$/,
]

it('IAM, as moto has it, and parliament find nothing wrong with a printed policy', () => {
  expect(printed.length).toBeGreaterThan(200)
  const problems = verdict.findings.filter(({ problem }) => !accepted.some(known => known.test(problem)))
  expect(problems.map(({ of, problem }) => `${of}: ${problem}`)).toEqual([])
  // It has looked at all of them.
  expect(new Set(verdict.findings.map(({ of }) => of.split(' ')[0])).size).toBe(11)
})

it('moto allows no write on what belongs to others, save where AWS offers nothing to tell it by', () => {
  expect(asked).toBeGreaterThan(5000)
  expect([...new Set(verdict.allowed)].toSorted()).toEqual(unscoped.toSorted())
})
