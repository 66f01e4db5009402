import type { Service } from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { rolloutOf } from '../../../src/kinds/ecs/rollout.ts'
import { service } from '../../../src/kinds/ecs/service.ts'
import type { ServiceProps } from '../../../src/kinds/ecs/service-props.ts'
import type { ServiceAttributes } from '../../../src/kinds/ecs/service.ts'
import type { Readiness } from '../../../src/resources/kind.ts'
import type { SandboxContext } from '../../support/context.ts'
import { sandboxContext, tagsFor } from '../../support/context.ts'
import { settle, vanish } from '../../support/kind-life.ts'
import { container, fargateService, registerFargateTask, token } from './parts.ts'

const address = 'web/service'
const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:v2'

const create = (props: ServiceProps, context: SandboxContext) =>
  service.create({ address, props, tags: tagsFor(address), token }, context)

const update = (
  attributes: ServiceAttributes,
  props: ServiceProps,
  change: Partial<ServiceProps>,
  context: SandboxContext,
) =>
  service.update!(
    {
      address,
      attributes,
      observed: props,
      props: { ...props, ...change },
      changed: Object.keys(change) as (keyof ServiceProps)[],
    },
    context,
  )

async function outcome(
  attributes: ServiceAttributes,
  context: SandboxContext,
): Promise<Readiness<ServiceAttributes>> {
  for (;;) {
    const [now] = await service.ready!([attributes], context)
    if (now!.state !== 'waiting') return now!
    await context.clock.sleep(15_000)
  }
}

function interfaces(context: SandboxContext): number {
  return context.world
    .table<{ until?: number }>('ec2/interface')
    .list()
    .filter(({ until }) => until === undefined || until > context.clock.now()).length
}

describe('a rollout on the embedded AWS', () => {
  it('is over when all tasks run', async () => {
    const context = sandboxContext()
    const attributes = await create(await fargateService(context), context)
    const started = context.clock.now()
    expect((await service.ready!([attributes], context))[0]).toEqual({
      state: 'waiting',
      status: 'IN_PROGRESS: 0 of 2 tasks',
      usually: 120,
    })
    expect(await outcome(attributes, context)).toEqual({ state: 'ready', attributes })
    // Placement, pull and start, and 40 s without any check.
    expect(context.clock.now() - started).toBeGreaterThanOrEqual(75_000)
    expect(interfaces(context)).toBe(2)
  })

  it('is over at once when no tasks are desired, image or not', async () => {
    const context = sandboxContext()
    const props = { ...(await fargateService(context, [{ ...container, image }])), desiredCount: 0 }
    const attributes = await create(props, context)
    expect(await service.ready!([attributes], context)).toEqual([{ state: 'ready', attributes }])
  })

  it('goes on by itself once a missing image has been pushed', async () => {
    const context = sandboxContext()
    const attributes = await create(await fargateService(context, [{ ...container, image }]), context)
    await context.clock.sleep(120_000)
    expect((await service.ready!([attributes], context))[0]).toEqual({
      state: 'waiting',
      status: 'IN_PROGRESS: 0 of 2 tasks, 2 failed',
      usually: 120,
    })
    context.world.table('ecr/image').set('shop/web:v2', { repositoryName: 'shop/web', tag: 'v2' })
    expect(await outcome(attributes, context)).toEqual({ state: 'ready', attributes })
  })

  it('is judged on the deployment that the update has started, not on the one before', async () => {
    const context = sandboxContext()
    const props = await fargateService(context)
    const before = (await settle(service, await create(props, context), context)) as ServiceAttributes
    const taskDefinitionArn = await registerFargateTask(context)
    const after = await update(before, props, { taskDefinitionArn }, context)
    expect(after.deploymentId).not.toBe(before.deploymentId)
    expect((await service.ready!([after], context))[0]?.state).toBe('waiting')
    expect(await outcome(after, context)).toEqual({ state: 'ready', attributes: after })
    expect(interfaces(context)).toBe(2)
  })

  it('fails with the reason and what AWS went back to when the circuit breaker rolls it back', async () => {
    const context = sandboxContext()
    const props = await fargateService(context)
    const before = (await settle(service, await create(props, context), context)) as ServiceAttributes
    const taskDefinitionArn = await registerFargateTask(context, [{ ...container, image }])
    const after = await update(before, props, { taskDefinitionArn }, context)
    const failed = await outcome(after, context)
    const reason = failed.state === 'failed' ? failed.reason : ''
    expect(reason).toContain('circuit breaker: tasks failed to start')
    expect(reason).toContain(`AWS rolled the service back to ${props.taskDefinitionArn}`)
    expect(reason).toContain('CannotPullContainerError')

    // Long after, the service is steady again and lists nothing but the old revision.
    await context.clock.sleep(600_000)
    expect((await service.ready!([after], context))[0]).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('deployment failed'),
    })
  })

  it('frees its network interfaces and its name once it has drained', async () => {
    const context = sandboxContext()
    const props = await fargateService(context)
    const attributes = (await settle(service, await create(props, context), context)) as ServiceAttributes
    await service.delete({ address, attributes, dataMayGo: false }, context)
    expect(interfaces(context)).toBe(2)
    const again = await create(props, context)
    expect(again.arn).toBe(attributes.arn)
    await service.delete({ address, attributes: again, dataMayGo: false }, context)
    await vanish(service, again, context)
    expect(interfaces(context)).toBe(0)
    expect(context.calls.map(({ error }) => error)).toContain('InvalidParameterException')
  })
})

describe('a rollout as ECS shows it', () => {
  const steady: Service = {
    status: 'ACTIVE',
    desiredCount: 1,
    runningCount: 1,
    deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED' }],
  }

  it('is not over while only the deployment before it is visible', () => {
    expect(rolloutOf(steady, 'ecs-svc/2')).toEqual({ state: 'waiting', status: 'deployment not yet visible' })
  })

  it('is over when a later deployment has replaced the one that was completed', () => {
    const events = [{ message: '(service web) (deployment ecs-svc/0) deployment completed.' }]
    expect(rolloutOf({ ...steady, events }, 'ecs-svc/0')).toEqual({ state: 'ready' })
  })

  it('is not over while the desired count is not reached, though no deployment runs', () => {
    expect(rolloutOf({ ...steady, desiredCount: 2 }, 'ecs-svc/1')).toEqual({
      state: 'waiting',
      status: 'COMPLETED: 1 of 2 tasks',
      usually: 120,
    })
  })

  it('has failed when the service is being deleted', () => {
    expect(rolloutOf({ ...steady, status: 'DRAINING' }, 'ecs-svc/1')).toEqual({
      state: 'failed',
      reason: 'the service is DRAINING',
    })
  })
})
