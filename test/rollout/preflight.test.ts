import { describe, expect, it } from 'vitest'
import { planReleases } from '../../src/rollout/plan.ts'
import { resolveImage } from '../../src/rollout/image.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { buildAndPush } from '../../src/rollout/build.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import { plain, releasing } from '../support/releasing.ts'

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
const uri = `${registry}/shop/web`

async function withImage(architecture: 'amd64' | 'arm64' = 'amd64', { single = false } = {}) {
  const context = sandboxContext()
  await context.aws.ecr.createRepository({ repositoryName: 'shop/web' })
  const digest = pushImage(context.world, 'shop/web', 'v2', architecture, { single })
  return { context, digest }
}

describe('an image', () => {
  it('in ECR is pinned to its digest, by tag and by digest', async () => {
    const { context, digest } = await withImage()
    const platforms = { amd64: expect.stringMatching(/^sha256:\w{64}$/) as unknown }
    const pinned = { reference: `${uri}@${digest}`, digest, architectures: ['amd64'], platforms }
    expect(await resolveImage(`${uri}:v2`, context)).toEqual(pinned)
    expect(await resolveImage(`${uri}@${digest}`, context)).toEqual(pinned)
  })

  it('that is not there is refused, and so is a repository', async () => {
    const { context } = await withImage()
    await expect(resolveImage(`${uri}:v3`, context)).rejects.toMatchObject({
      code: 'refused',
      message: 'shop/web has no image v3',
    })
    await expect(resolveImage(`${registry}/nobody:1`, context)).rejects.toMatchObject({
      message: 'there is no repository nobody in us-east-1',
    })
  })

  it('elsewhere is taken as it is, with a note', async () => {
    const { context } = await withImage()
    const { reference, note } = await resolveImage('nginx:1.29', context)
    expect(reference).toBe('nginx:1.29')
    expect(note).toContain('seen only when a task starts')
  })
})

describe('the preflight', () => {
  it.each([
    ['an index names', { single: false }],
    ['only its configuration names', { single: true }],
  ])('refuses an image of another CPU architecture that %s, and says how to build it', async (_how, how) => {
    const { context } = await withImage('arm64', how)
    const web = await releasing(await blueGreen(context))
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('built for arm64, the service runs on x86_64'),
      hint: expect.stringContaining('--platform linux/amd64'),
    })
    expect(await web.environment.book.read('web')).toEqual([])
  })

  it('lets an image go whose configuration cannot be read, and says so without its address', async () => {
    const { context } = await withImage('arm64', { single: true })
    const web = await releasing(await blueGreen(context))
    const text = async (url: string) => Promise.reject(new TypeError(`fetch of ${url} failed`))
    Object.assign(web.environment.tools.web, { text })
    const wishes = [{ target: web.target, reference: `${uri}:v2` }]
    const { notes } = await planReleases(wishes, plain, web.environment)
    expect(notes).toEqual([
      'web: the CPU architecture of shop/web is not checked: its configuration cannot be read (TypeError)',
    ])
  })

  it('refuses where the role by which ECS moves traffic is gone', async () => {
    const { context } = await withImage()
    const web = await releasing(await blueGreen(context))
    await context.aws.iam.deleteRole({ RoleName: 'shop-infrastructure' })
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      message: expect.stringContaining('the role shop-infrastructure is gone'),
    })
  })

  it('lets what is right go, by digest', async () => {
    const { context, digest } = await withImage()
    const web = await releasing(await blueGreen(context))
    expect(await web.release(`${uri}:v2`)).toMatchObject({ outcome: 'released', image: `${uri}@${digest}` })
  })
})

describe('a release command', () => {
  const config = { release: { command: ['npm', 'run', 'migrate'] } }

  it('runs once as a task of the new version, before anything else', async () => {
    const context = sandboxContext()
    const web = await releasing(await blueGreen(context), { config })
    const before = context.calls.length
    expect((await web.release('nginx:2')).outcome).toBe('released')
    const order = context.calls
      .slice(before)
      .map(({ operation }) => operation)
      .filter(operation => /^(RegisterTaskDefinition|RunTask|UpdateService)$/.test(operation))
    expect(order.slice(0, 3)).toEqual(['RegisterTaskDefinition', 'RunTask', 'UpdateService'])
    expect(order.filter(operation => operation === 'RunTask')).toHaveLength(1)
  })

  it('that fails stops the release, shows what it wrote, and is remembered', async () => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    behave(context.world, 'nginx:2', { task: { exitCode: 1, lines: ['relation "users" exists'] } })
    const web = await releasing(bg, { config })
    const end = await web.release('nginx:2')
    expect(end).toMatchObject({
      outcome: 'gate-failed',
      why: expect.stringContaining('no traffic was moved'),
    })
    expect(end.details).toEqual(
      expect.arrayContaining(['container app: exit code 1', 'log: relation "users" exists']),
    )
    expect(await bg.weights()).toEqual([100, 0])
    expect((await web.environment.book.read('web')).at(-1)?.outcome).toBe('gate-failed')
  })
})

describe('a release command that cannot be followed to its end', () => {
  const config = { release: { command: ['npm', 'run', 'migrate'] } }

  it.each([
    ['is interrupted', (stop: AbortController) => stop.abort()],
    [
      'may not be looked at',
      () => {
        throw awsFault('AccessDeniedException', 'not allowed')
      },
    ],
  ])('is told to stop when it %s, so that the next release does not run beside it', async (_how, act) => {
    const context = sandboxContext()
    const stop = new AbortController()
    const web = await releasing(await blueGreen(context), { config, signal: stop.signal })
    context.world.faults.before = ({ operation }) => {
      if (operation === 'DescribeTasks') act(stop)
    }
    await expect(web.release('nginx:2')).rejects.toThrow()
    expect(context.calls.map(({ operation }) => operation)).not.toContain('UpdateService')
    expect(context.calls.at(-1)).toMatchObject({ operation: 'StopTask' })
  })

  it('is started once, also where ECS did not get to answer', async () => {
    const context = sandboxContext()
    const web = await releasing(await blueGreen(context), { config })
    let asked = 0
    context.world.faults.after = ({ operation }) => {
      if (operation === 'RunTask' && asked++ === 0)
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
    }
    expect((await web.release('nginx:2')).outcome).toBe('released')
    expect(asked).toBe(2)
  })
})

describe('a build', () => {
  it('signs in with the password on stdin only, pushes, and gives the reference', async () => {
    const { context } = await withImage()
    const web = await releasing(await blueGreen(context))
    const { tools, say, clock, aws } = web.environment
    const build = { folder: 'web', repository: uri, tag: 'v3', target: web.target }
    const world = { programs: tools.programs, cwd: '/work', clock, aws, say, signal: undefined }
    expect(await buildAndPush(build, world)).toBe(`${uri}:v3`)
    expect(web.programs.map(({ file, args }) => [file, ...args])).toEqual([
      ['/usr/bin/docker', 'build', '--platform', 'linux/amd64', '--tag', `${uri}:v3`, '--', 'web'],
      ['/usr/bin/docker', 'login', '--username', 'AWS', '--password-stdin', registry],
      ['/usr/bin/docker', 'push', `${uri}:v3`],
    ])
    const [, login] = web.programs
    expect(login!.input).toMatch(/^\S{20,}$/)
    expect(JSON.stringify(web.events)).not.toContain(login!.input)
  })

  it('says so when neither docker nor podman is there', async () => {
    const { context } = await withImage()
    const web = await releasing(await blueGreen(context))
    const { tools, say, clock, aws } = web.environment
    const build = { folder: 'web', repository: uri, tag: 'v3', target: web.target }
    const programs = { ...tools.programs, find: () => undefined }
    await expect(
      buildAndPush(build, { programs, cwd: '/work', clock, aws, say, signal: undefined }),
    ).rejects.toThrow('neither docker nor podman')
  })
})
