import { beforeEach, describe, expect, it } from 'vitest'
import { trafficOf } from '../../src/sandbox/elbv2/index.ts'
import { container, registerFargateTask } from '../kinds/ecs/parts.ts'
import { blueGreen } from '../support/blue-green.ts'
import type { SandboxContext } from '../support/context.ts'
import { sandboxContext } from '../support/context.ts'
import { ipTargets, standingLoadBalancer } from '../support/front.ts'
import { rollingService } from '../support/rolling.ts'

let context: SandboxContext

beforeEach(() => {
  context = sandboxContext()
})

/** Target groups, each behind a listener of its own. */
async function listened(...names: readonly string[]) {
  const LoadBalancerArn = standingLoadBalancer(context)
  return Promise.all(
    names.map(async (name, index) => {
      const group = await ipTargets(context, name)
      const { Listeners } = await context.aws.elbv2.createListener({
        LoadBalancerArn,
        Port: 80 + index,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      })
      return { group, listener: Listeners![0]!.ListenerArn! }
    }),
  )
}

const entry = (targetGroupArn: string, containerPort = 80) => ({
  targetGroupArn,
  containerName: 'app',
  containerPort,
})

/** `<port> <state>` of each target, and the port that is checked. */
async function targetsOf(TargetGroupArn: string): Promise<string[]> {
  const { TargetHealthDescriptions = [] } = await context.aws.elbv2.describeTargetHealth({ TargetGroupArn })
  return TargetHealthDescriptions.map(({ Target, HealthCheckPort, TargetHealth }) => {
    expect(HealthCheckPort).toBe(String(Target!.Port))
    return `${Target!.Port} ${TargetHealth!.State}`
  }).toSorted()
}

describe('a rolling deployment with a changed container port', () => {
  it('keeps the target group: new tasks register with the new port, old ones drain', async () => {
    const { group, listener } = (await listened('web'))[0]!
    const service = await rollingService(context, { count: 2, loadBalancers: [entry(group)] })
    expect(await targetsOf(group)).toEqual(['80 healthy', '80 healthy'])
    await service.update({
      taskDefinition: await service.newTask({ ports: [8080] }),
      loadBalancers: [entry(group, 8080)],
    })
    const seen = new Set<string>()
    const unhealthy: number[] = []
    for (let second = 0; second < 900; second++) {
      await context.clock.sleep(1000)
      for (const target of await targetsOf(group)) seen.add(target)
      if (trafficOf(context.world, listener).some(({ healthy }) => !healthy)) unhealthy.push(second)
    }
    expect([...seen].toSorted()).toEqual(['80 draining', '80 healthy', '8080 healthy', '8080 initial'])
    expect(unhealthy).toEqual([])
    expect(await targetsOf(group)).toEqual(['8080 healthy', '8080 healthy'])
  })

  it('is refused where the load balancer still names the old port', async () => {
    const { group } = (await listened('web'))[0]!
    const service = await rollingService(context, { count: 1, loadBalancers: [entry(group)] })
    const taskDefinition = await service.newTask({ ports: [8080] })
    await expect(service.update({ taskDefinition })).rejects.toThrow(
      'The container app did not have a container port 80 defined.',
    )
  })

  it('lets old targets drain for as long as their group says', async () => {
    const { group } = (await listened('web'))[0]!
    await context.aws.elbv2.modifyTargetGroupAttributes({
      TargetGroupArn: group,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '120' }],
    })
    const service = await rollingService(context, { count: 1, loadBalancers: [entry(group)] })
    await service.update({ taskDefinition: await service.newTask() })
    const old = service.row.tasks[0]!
    await service.watch(600)
    expect(old.stoppedAt! - old.drainingAt!).toBeGreaterThanOrEqual(120_000)
    expect(old.stoppedAt! - old.drainingAt!).toBeLessThan(150_000)
  })
})

describe('a service with several load balancers', () => {
  it('registers each task in every group, with the port of each entry', async () => {
    const containers = [{ ...container, ports: [80, 9000] }]
    const [web, admin] = await listened('web', 'admin')
    const service = await rollingService(context, {
      count: 1,
      containers,
      loadBalancers: [entry(web!.group), entry(admin!.group, 9000)],
    })
    expect([await targetsOf(web!.group), await targetsOf(admin!.group)]).toEqual([
      ['80 healthy'],
      ['9000 healthy'],
    ])
    // In another order, and one of them with another port.
    await service.update({
      taskDefinition: await registerFargateTask(context, [{ ...container, ports: [80, 9001] }]),
      loadBalancers: [entry(admin!.group, 9001), entry(web!.group)],
    })
    await context.clock.sleep(900_000)
    expect([await targetsOf(web!.group), await targetsOf(admin!.group)]).toEqual([
      ['80 healthy'],
      ['9001 healthy'],
    ])
  })

  it('loses and gains entries by an update', async () => {
    const [web, admin] = await listened('web', 'admin')
    const service = await rollingService(context, { count: 1, loadBalancers: [entry(web!.group)] })
    await service.update({ loadBalancers: [entry(web!.group), entry(admin!.group)] })
    await context.clock.sleep(900_000)
    expect(await targetsOf(admin!.group)).toEqual(['80 healthy'])
    await service.update({ loadBalancers: [entry(admin!.group)] })
    await context.clock.sleep(900_000)
    expect([await targetsOf(web!.group), await targetsOf(admin!.group)]).toEqual([[], ['80 healthy']])
    await service.update({ loadBalancers: [] })
    await context.clock.sleep(900_000)
    expect(await targetsOf(admin!.group)).toEqual([])
    expect((await service.describe()).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }])
  })
})

describe('a blue/green deployment with a changed container port', () => {
  it('registers the new tasks with the new port, and traffic meets healthy ones throughout', async () => {
    const bg = await blueGreen(context)
    const { services } = await context.aws.ecs.describeServices({ cluster: bg.cluster, services: ['web'] })
    const [now] = services![0]!.loadBalancers!
    const { service } = await context.aws.ecs.updateService({
      cluster: bg.cluster,
      service: 'web',
      taskDefinition: await registerFargateTask(context, [{ ...container, ports: [8080] }]),
      loadBalancers: [{ ...now, containerPort: 8080 }],
    })
    const sick: unknown[] = []
    const stages = await bg.follow(service!.currentServiceDeployment!, () => {
      sick.push(...bg.traffic().filter(({ healthy }) => !healthy))
      return false
    })
    expect([stages.at(-1), sick]).toEqual(['SUCCESSFUL', []])
    expect([await targetsOf(bg.blue), await targetsOf(bg.green)]).toEqual([
      [],
      ['8080 healthy', '8080 healthy'],
    ])
  })
})

describe('a target', () => {
  it('is registered only where its task runs in the VPC of the target group', async () => {
    const { group } = (await listened('web'))[0]!
    context.world.table('ec2/subnet').set('subnet-far', { id: 'subnet-far', vpcId: 'vpc-2' })
    context.world.table('ec2/security-group').set('sg-far', { id: 'sg-far', vpcId: 'vpc-2' })
    const service = await rollingService(context, { count: 1, loadBalancers: [entry(group)] })
    await service.update({
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-far'], securityGroups: ['sg-far'] },
      },
    })
    await context.clock.sleep(900_000)
    expect(await targetsOf(group)).toEqual(['80 healthy'])
    expect((await service.describe()).deployments).toMatchObject([
      { rolloutState: 'IN_PROGRESS' },
      { runningCount: 1 },
    ])
  })
})
