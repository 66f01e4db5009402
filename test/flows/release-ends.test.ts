import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CommandContext } from '../../src/commands/command.ts'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { abortRelease, attach } from '../../src/commands/rollout-verbs.ts'
import { setAlarmState } from '../../src/sandbox/alarm-state.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { images } from '../../src/sandbox/ecr/rows.ts'
import { setScan } from '../../src/sandbox/ecr/scan.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { setRequestRate } from '../../src/sandbox/ecs/requests.ts'
import { ecs } from '../../src/sandbox/ecs/index.ts'
import type { CommandWish, Ended, Life, TypedOptions } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { editWeights, refusing, stopEarly, whenAt, whenShare } from '../support/meddling.ts'
import { statusIn, tools, typeRollout, weights } from '../support/rollouts.ts'

/** The rows of the table in docs/releases.md: what happens, and its exit code. */
const documented = new Map(
  readFileSync(new URL('../../docs/releases.md', import.meta.url), 'utf8')
    .split('## Every way a release can end')[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter(line => line.startsWith('| ') && !line.startsWith('| what happens'))
    .map(line => line.split('|').map(cell => cell.trim()))
    .map(([, what = '', , code = '']) => [what, code] as const),
)

const cluster = 'production-storefront-cluster'
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
const next = 'public.ecr.aws/docker/library/httpd:2.9'

/** As cli.ts ends on these. */
const codeOf = ({ code, error }: Ended): number =>
  code ?? { usage: 64, locked: 75, interrupted: 130 }[error!.code as string] ?? 1

const textOf = ({ out, err, error }: Ended) => [out, err, error?.message, error?.hint].join('\n')

const quick = { image: [next], strategy: 'blue-green', bake: '2' }
const api = (life: Life, options: RolloutOptions = {}) => typeRollout(life, 'api', { ...quick, ...options })

const verb = (
  life: Life,
  command: (
    service: string,
    options: TypedOptions,
    context: CommandContext,
    using: typeof tools,
  ) => Promise<number>,
  options: object = {},
  wish: CommandWish = {},
) => life.type((common, context) => command('api', { ...common, ...options }, context, tools), wish)

const steps = { image: [next], steps: '1,5,100', stepMinutes: '2', bake: '1' }

const failing = {
  ...tools,
  programs: { ...tools.programs, run: async () => ({ code: 1, lastLines: ['500'] }) },
}

interface Case {
  readonly shows: RegExp
  act(life: Life): Promise<Ended>
}

const cases: Readonly<Record<string, Case>> = {
  'The new version has all traffic and is healthy': {
    shows: /api: released httpd:2\.9[^]*provision rollout rollback api/,
    act: life => api(life),
  },
  'The image runs already': {
    shows: /api runs this image already: nothing to release/,
    act: async life => {
      await api(life)
      return api(life)
    },
  },
  '`abort` or `rollback` was asked for and worked': {
    shows:
      /api: aborted httpd:2\.9 \([^]*Aborted api: it runs the previous version\n  Why   aborted by ada@laptop[^]*Abort complete in/,
    act: async life => {
      await api(life, { detach: true })
      return verb(life, abortRelease)
    },
  },
  'Somebody else aborts it with `rollout abort`': {
    shows: /Aborted api: it runs the previous version\n  Why   aborted by bob@desk[^]*Rollout aborted after/,
    act: async life => {
      await api(life, { detach: true })
      // Bob leaves as soon as ECS knows.
      const ctrlC = new AbortController()
      const after = ({ operation }: { operation: string }) =>
        void (operation === 'StopServiceDeployment' && ctrlC.abort())
      const bob = await verb(
        life,
        abortRelease,
        {},
        { machine: 'desk', stop: ctrlC.signal, faults: { after } },
      )
      expect(bob.error?.code).toBe('interrupted')
      expect((await statusIn(life))['api']?.release?.waits).toMatch(/^aborted by bob@desk; rolling back: /)
      return verb(life, attach)
    },
  },
  'ECR does not have the image, or no such repository; for a rollback, its image or task definition is gone':
    {
      shows: /storefront\/shop has no image v9[^]*aws ecr describe-images/,
      act: life => typeRollout(life, 'shop', { tag: 'v9' }),
    },
  'The image is built for another CPU architecture': {
    shows: /built for arm64, the service runs on x86_64[^]*--platform linux\/amd64/,
    act: async life => {
      await life.meanwhile((_aws, world) => pushImage(world, 'storefront/shop', 'arm', 'arm64'))
      return typeRollout(life, 'shop', { tag: 'arm' })
    },
  },
  "ECR's scan has findings at `deployment.scan` or above": {
    shows:
      /ECR's scan of shop@sha256:\w{12} has 1 critical finding: CVE-2026-1 \(openssl 3\.0\.1\)[^]*--scan off/,
    act: async life => {
      await life.meanwhile((_aws, world) => {
        const { digest } = images(world).get('storefront/shop:v2')!
        const openssl = { name: 'CVE-2026-1', packageName: 'openssl', version: '3.0.1' }
        setScan(world, digest, { status: 'COMPLETE', findings: [{ ...openssl, severity: 'CRITICAL' }] })
      })
      return typeRollout(life, 'shop', { tag: 'v2', scan: 'high' })
    },
  },
  'ECR has no scan of the image, or none with findings': {
    shows: /ECR's scan of shop@sha256:\w{12} has no findings to look at: FAILED[^]*start-image-scan/,
    act: async life => {
      life.edit('    deployment: blue-green\n', '    deployment: { strategy: blue-green, scan: critical }\n')
      await life.meanwhile((_aws, world) =>
        setScan(world, images(world).get('storefront/shop:v2')!.digest, { status: 'FAILED' }),
      )
      return typeRollout(life, 'shop', { tag: 'v2' })
    },
  },
  'A role is gone': {
    shows: /the role production-storefront-ecs-infrastructure is gone[^]*provision up/,
    act: async life => {
      await life.meanwhile(async ({ iam }) => {
        const RoleName = 'production-storefront-ecs-infrastructure'
        const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName })
        for (const { PolicyArn } of AttachedPolicies) await iam.detachRolePolicy({ RoleName, PolicyArn })
        await iam.deleteRole({ RoleName })
      })
      return api(life)
    },
  },
  'The weights were changed by hand before the release': {
    shows: /changed outside a release: \S+ 70 %, \S+ 30 %[^]*--accept-weights/,
    act: async life => {
      await life.meanwhile((_aws, world) => editWeights(world, [70, 30]))
      return api(life)
    },
  },
  'A release of another image is under way': {
    shows: /a release is under way[^]*rollout attach api[^]*rollout abort api/,
    act: async life => {
      await api(life, { detach: true })
      return api(life, { image: ['httpd:3'] })
    },
  },
  'The service is not up': {
    shows: /api is not up[^]*provision up/,
    act: () => api(liveWith('blue-green')),
  },
  'A release in several services cannot begin in one of them': {
    shows: /another service of the same release failed[^]*no more of this/,
    act: async life =>
      typeRollout(
        life,
        'api,shop',
        { ...quick, image: [`api=${next}`, `shop=${registry}/storefront/shop:v1`] },
        { faults: refusing('shop') },
      ),
  },
  'ECS refuses the call': {
    shows: /no more of this \(ClientException, ecs:UpdateService\)/,
    act: life => typeRollout(life, 'api', quick, { faults: refusing('api') }),
  },
  'ECS says successful, but traffic or health say otherwise': {
    shows: /ECS calls it successful, but the new version does not have all the traffic/,
    act: async life => {
      whenAt('CLEAN_UP', world => editWeights(world, [50, 50]))
      return api(life)
    },
  },
  'ECS could not roll back': {
    shows: /ROLLBACK_FAILED: [^]*provision rollout status api/,
    act: async life => {
      whenAt('SCALE_UP', (world, deployment) => {
        Object.assign(deployment, { sources: [] })
        ecs.stopServiceDeployment({ serviceDeploymentArn: deployment.arn, stopType: 'ROLLBACK' }, world)
      })
      return api(life)
    },
  },
  'Another run holds the ledger': {
    shows: /locked by bob on desk \(pid 7\) since[^]*Wait for that run/,
    act: async life => {
      await life.lockLedger({ user: 'bob', host: 'desk', pid: 7 })
      return api(life)
    },
  },
  'Tasks do not start, and the circuit breaker ends it': {
    shows: /circuit breaker[^]*task stopped: [^]*exit code 3[^]*log: no DATABASE_URL/,
    act: async life => {
      await breaking(life)
      return api(life)
    },
  },
  'An alarm rings': {
    shows: /production-storefront-api-release-errors/,
    act: async life => {
      whenAt('BAKE_TIME', world =>
        setAlarmState(world, 'production-storefront-api-release-errors-b', 'ALARM'),
      )
      return api(life)
    },
  },
  'Somebody else rolls it back, or a Lambda hook does': {
    shows: /rolled back[^]*Rollback requested by user/,
    act: async life => {
      stopEarly('ROLLBACK')
      return api(life)
    },
  },
  'A service goes back because another of the same release failed': {
    shows: /another service of the same release failed/,
    act: async life => {
      await life.meanwhile((_aws, world) =>
        behave(world, `${registry}/storefront/shop:v2`, { exits: { exitCode: 1 } }),
      )
      return typeRollout(life, 'api,shop', { image: [`api=${next}`, `shop=${registry}/storefront/shop:v2`] })
    },
  },
  'Another deployment takes its place': {
    shows: /superseded[^]*provision rollout attach api/,
    act: async life => {
      whenAt(
        'SCALE_UP',
        world => void ecs.updateService({ cluster, service: 'api', forceNewDeployment: true }, world),
      )
      return api(life)
    },
  },
  'Somebody stops the deployment': {
    shows: /stopped[^]*provision rollout status api/,
    act: async life => {
      stopEarly('ABORT')
      return api(life)
    },
  },
  'It waits for people (`--pause`, pauses of the config)': {
    shows:
      /paused at[^]*until [^]*provision rollout continue api -c [^]*, or provision rollout abort api -c /,
    act: life => api(life, { pause: true }),
  },
  'The weights were changed by hand during the release': {
    shows: /changed outside the release: \S+ 90 %, \S+ 10 %[^]*rollout continue api/,
    act: async life => {
      whenAt('SCALE_UP', world => editWeights(world, [90, 10]))
      return api(life, { verify: ['smoke'] })
    },
  },
  'Nobody answers a pause in time': {
    shows: /nobody answered the pause in time, so ECS rolled back/,
    act: async life => {
      await api(life, { detach: true, pause: true })
      return verb(life, attach, { timeout: '48h' })
    },
  },
  'It takes longer than `--timeout` (2 hours)': {
    shows: /longer than --timeout[^]*exit code 3/,
    act: async life => {
      await breaking(life)
      return api(life, { timeout: '2m' })
    },
  },
  'The release command fails': {
    shows: /the release command failed; no traffic was moved[^]*exit code 1[^]*log: relation "users" exists/,
    act: async life => {
      life.edit(
        '    paths: [/api/*]\n',
        '    paths: [/api/*]\n    release: { command: [npm, run, migrate] }\n',
      )
      const task = { exitCode: 1, lines: ['relation "users" exists'] }
      await life.meanwhile((_aws, world) => behave(world, next, { task }))
      return api(life)
    },
  },
  'A check fails': {
    shows: /exit code 1[^]*500[^]*a check did not pass/,
    act: life => typeRollout(life, 'api', { ...quick, verify: ['smoke'] }, {}, failing),
  },
  'A check fails between two steps of the traffic': {
    shows:
      /5 % of production traffic on the new version; 100 % after 2 min[^]*exit code 1[^]*a check did not pass/,
    act: async life => {
      let runs = 0
      const run = async () => (++runs > 4 ? { code: 1, lastLines: ['500'] } : { code: 0, lastLines: [] })
      const late = { ...tools, programs: { ...tools.programs, run } }
      return typeRollout(life, 'api', { ...steps, verify: ['smoke'] }, {}, late)
    },
  },
  'An alarm goes off between two steps of the traffic': {
    shows: /api: rolled back [^]*production-storefront-api-release-errors-b/,
    act: async life => {
      whenShare(5, world => setAlarmState(world, 'production-storefront-api-release-errors-b', 'ALARM'))
      return typeRollout(life, 'api', steps)
    },
  },
  'No command takes the next step of the traffic in time': {
    shows: /nobody answered the pause in time, so ECS rolled back/,
    act: async life => {
      const stop = new AbortController()
      whenShare(5, () => stop.abort())
      await typeRollout(life, 'api', { ...steps, verify: ['smoke'] }, { stop: stop.signal })
      expect((await statusIn(life))['api']?.release?.waits).toMatch(
        /^5 % of production traffic on the new version; the command that follows the release moves it to 100 % after 2 min, and ECS rolls back if none does before /,
      )
      const ended = await verb(life, attach)
      expect(weights(life, 'api')).toEqual([100, 0])
      return ended
    },
  },
  'The weights were changed by hand between two steps of the traffic': {
    shows:
      /changed outside the release: 40 % on the new version, where the release had set 5 %[^]*rollout continue/,
    act: async life => {
      whenShare(5, world => editWeights(world, [60, 40]))
      return typeRollout(life, 'api', steps)
    },
  },
  'Its steps cannot be taken (`--detach`, `--pause`, a `--timeout` that is too short)': {
    shows: /--detach leaves nobody to move its traffic from step to step[^]*--canary/,
    act: life => typeRollout(life, 'api', { ...steps, detach: true }),
  },
  '`--until` was reached': {
    shows:
      /api: production traffic on httpd:2\.9[^]*api goes on: [^]*rollout attach api[^]*rollout abort api/,
    act: life => api(life, { until: 'production-traffic' }),
  },
  '`--until` was reached, but traffic or health say otherwise': {
    shows:
      /come to production-traffic, but the new version does not have all the traffic[^]*rollout attach api/,
    act: async life => {
      whenAt('BAKE_TIME', world => editWeights(world, [50, 50]))
      return api(life, { until: 'production-traffic' })
    },
  },
  '`--until` names a stage that the release does not have, or that its checks come after': {
    shows: /its checks run again when production traffic has moved[^]*--until production-traffic/,
    act: life => api(life, { until: 'test-traffic', verify: ['smoke'] }),
  },
  'The metrics of the new version are worse (`deployment.analysis`)': {
    shows:
      /metrics of both versions failed[^]*new       5 % errors, p95 100 ms, 3,000 requests in 5 min\n  previous  0 % errors[^]*Why   the new version is worse than the previous one: 5 % errors against 0 %/,
    act: async life => {
      life.edit('      alarms: true\n', '      alarms: true\n      analysis: true\n')
      await life.meanwhile((_aws, world) => behave(world, next, { answers: { errorShare: 0.05 } }))
      return api(life)
    },
  },
  'There are not enough requests to compare (`deployment.analysis`)': {
    shows:
      /metrics of both versions inconclusive[^]*Why   not enough requests to compare: the new version had 5 [^]*rollout continue api/,
    act: async life => {
      life.edit('      alarms: true\n', '      alarms: true\n      analysis: true\n')
      await life.meanwhile((_aws, world) => setRequestRate(world, 'api', 1))
      return api(life)
    },
  },
  'Ctrl-C': {
    shows: /the release goes on in AWS[^]*rollout attach/,
    act: life => {
      const ctrlC = new AbortController()
      whenAt('SCALE_UP', () => ctrlC.abort())
      return typeRollout(life, 'api', quick, { stop: ctrlC.signal })
    },
  },
  'The command is killed, or the network is lost': {
    shows: /looking again[^]*api: released/,
    act: life => {
      let asked = 0
      const before = ({ operation }: { operation: string }) => {
        if (operation === 'DescribeServiceDeployments' && ++asked > 5 && asked < 60)
          throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', name: 'TimeoutError' })
      }
      return typeRollout(life, 'api', quick, { faults: { before } })
    },
  },
}

/** Lived in test/flows/promotion.test.ts, which has two environments, and in first-release.test.ts and empty-sets.test.ts. */
const elsewhere = [
  '`--from` finds no certain image there',
  'The service has the image already, and no task of it runs',
  'The first version of a service does not start',
  'An alarm that is to roll the release back does not exist',
  'Before a first release, a secret has no value',
]

const breaking = (life: Life) =>
  life.meanwhile((_aws, world) => behave(world, next, { exits: { exitCode: 3, lines: ['no DATABASE_URL'] } }))

describe('of every way a release can end', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    await made.up()
    for (const tag of ['v1', 'v2']) made.push('storefront/shop', tag)
    await made.up()
  }, 60_000)

  it('docs/releases.md has a row, and nothing else', () => {
    expect([...documented.keys()].toSorted()).toEqual([...Object.keys(cases), ...elsewhere].toSorted())
  })

  it.each(Object.entries(cases))(
    '%s: the screen and the exit code are true',
    async (what, { act, shows }) => {
      const ended = await act(made.copy())
      expect(textOf(ended)).toMatch(shows)
      const wanted = documented.get(what)!
      const code = { '–': 0, 'the code of that one': 10 }[wanted] ?? Number(wanted)
      expect(codeOf(ended)).toBe(code)
    },
  )
})
