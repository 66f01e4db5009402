import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { logs } from '../../src/commands/logs.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import { runOnce } from '../../src/commands/run-task.ts'
import { sandboxPush } from '../../src/commands/sandbox-push.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { status } from '../../src/commands/status.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, statusIn, tools, typeRollout } from '../support/rollouts.ts'

interface Config {
  readonly repositories?: object
  readonly secrets?: object
  readonly environments?: object
  readonly services: Readonly<Record<string, { readonly repository?: string; readonly logging?: string }>>
}

const folder = new URL('../../examples/', import.meta.url)
const examples = readdirSync(folder)
  .filter(name => name !== 'ci')
  .map(name => ({
    name,
    config: parse(readFileSync(new URL(`${name}/provision.yaml`, folder), 'utf8')) as Config,
  }))
  .filter(({ config }) => config.repositories)
  .flatMap(({ name, config }) =>
    (config.environments ? Object.keys(config.environments) : [undefined]).map(environment => ({
      name,
      config,
      environment,
    })),
  )

function fine(ended: Ended): Ended {
  expect([ended.code, ended.error?.message, ended.err]).toEqual([0, undefined, ended.err])
  return ended
}

async function pushed(life: Life, repositories: readonly string[], tag: string): Promise<void> {
  const images = repositories.map(repository => `${repository}:${tag}`)
  const { out } = fine(await life.run((options, context) => sandboxPush(images, options, context)))
  expect(out.match(/sha256:[0-9a-f]+$/gm)).toHaveLength(repositories.length)
}

describe('every example with a repository, on the sandbox and without Docker', () => {
  it('is one of these', () => {
    expect(examples.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['apranova', 'blue-green', 'ec2-ecs-s3', 'ecs-on-ec2', 'uploads']),
    )
  })

  it.each(examples)(
    '$name $environment: up, push, rollout, rollback, run, logs, status, teardown',
    { timeout: 180_000 },
    async ({ name, config, environment }) => {
      const life = liveWith(name, environment)
      const repositories = Object.keys(config.repositories!)
      const secrets = Object.keys(config.secrets ?? {})
      const released = Object.entries(config.services).flatMap(([service, { repository }]) =>
        repository === undefined ? [] : [service],
      )
      // What goes to OpenSearch is not in CloudWatch Logs.
      const service = released.find(one => config.services[one]!.logging !== 'search')!

      const first = fine(await life.up({ simulatedImages: true }))
      for (const secret of secrets) {
        expect(first.err).toContain(`provision secret set ${secret}`)
        fine(await life.run((options, context) => secretSet(secret, options, context), { stdin: 'example' }))
      }
      const last = secrets.length > 0 ? fine(await life.up({ simulatedImages: true })) : first
      expect(last.err).not.toContain('waits for')
      for (const { tasks } of Object.values(await statusIn(life)))
        expect(tasks).toMatch(/^([1-9]\d*) of \1 tasks run$/)

      await pushed(life, repositories, 'v2')
      fine(await typeRollout(life, released.join(','), { tag: 'v2' }))
      const second = await imagesIn(life)
      await pushed(life, repositories, 'v3')
      fine(await typeRollout(life, released.join(','), { tag: 'v3' }))
      const third = await imagesIn(life)
      expect(third[service]).not.toBe(second[service])

      fine(await life.type((options, context) => rollback(service, options, context, tools)))
      expect((await imagesIn(life))[service]).toBe(second[service])
      for (const { tasks } of Object.values(await statusIn(life)))
        expect(tasks).toMatch(/^([1-9]\d*) of \1 tasks run$/)

      const words = ['echo', 'hello']
      fine(await life.run((options, context) => runOnce({ ...options, service, words }, context)))
      const written = fine(await life.run((options, context) => logs({ ...options, service }, context)))
      expect(written.out).toContain('echo hello')
      expect(fine(await life.run(status)).err).toMatch(/\b0 absent\./)
      fine(await life.teardown({ deleteData: ['all'] }))
    },
  )
})
