import {
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { service } from '../../../src/kinds/ecs/service.ts'
import type { ServiceProps } from '../../../src/kinds/ecs/service-props.ts'
import type { ServiceAttributes } from '../../../src/kinds/ecs/service.ts'
import { blueGreen } from '../../support/blue-green.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { token } from './parts.ts'

const address = 'services/web'
const clusterArn = 'arn:aws:ecs:us-east-1:123456789012:cluster/shop'
const arn = 'arn:aws:ecs:us-east-1:123456789012:service/shop/web'
const revisionArn = (number: number) =>
  `arn:aws:ecs:us-east-1:123456789012:service-revision/shop/web/${number}`
const attributes: ServiceAttributes = { serviceName: 'web', arn, clusterArn, deploymentId: 'ecs-svc/2' }
const target = {
  targetGroupArn: 'tg-a',
  containerName: 'app',
  containerPort: 80,
  shift: {
    alternateTargetGroupArn: 'tg-b',
    productionListenerRule: 'rule-1',
    testListenerRule: 'rule-2',
    roleArn: 'role-1',
  },
}
const canary: ServiceProps = {
  serviceName: 'web',
  clusterArn,
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
  desiredCount: 2,
  launchType: 'FARGATE',
  subnetIds: ['subnet-a'],
  securityGroupIds: ['sg-1'],
  assignPublicIp: false,
  loadBalancers: [target],
  strategy: 'CANARY',
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  circuitBreaker: { enable: true, rollback: true },
  bakeMinutes: 5,
  canary: { percent: 10, minutes: 3 },
  rollbackAlarms: ['errors'],
  pauses: [{ stages: ['POST_TEST_TRAFFIC_SHIFT'], timeoutMinutes: 30, onTimeout: 'ROLLBACK' }],
}
const asSent = {
  strategy: 'CANARY',
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  bakeTimeInMinutes: 5,
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
  alarms: { enable: true, rollback: true, alarmNames: ['errors'] },
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
    },
  ],
} as const
const shown: Service = {
  serviceName: 'web',
  serviceArn: arn,
  clusterArn,
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  taskDefinition: canary.taskDefinitionArn,
  launchType: 'FARGATE',
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
  },
  loadBalancers: [
    { targetGroupArn: 'tg-a', containerName: 'app', containerPort: 80, advancedConfiguration: target.shift },
  ],
  deploymentConfiguration: {
    ...asSent,
    alarms: { ...asSent.alarms, alarmNames: ['errors'] },
    lifecycleHooks: [],
  },
  deployments: [{ id: 'ecs-svc/2', status: 'PRIMARY' }],
  currentServiceDeployment: 'deployment-2',
  currentServiceRevisions: [{ arn: revisionArn(2) }],
}

describeKindLife({
  kind: service,
  props: async context => {
    const bg = await blueGreen(context)
    const { services } = await context.aws.ecs.describeServices({ cluster: bg.cluster, services: ['web'] })
    const [{ loadBalancers, taskDefinition }] = services as [Service]
    const { advancedConfiguration, ...group } = loadBalancers![0]!
    await context.aws.ecs.deleteService({ cluster: bg.cluster, service: 'web', force: true })
    await context.clock.sleep(120_000)
    return {
      ...canary,
      clusterArn: bg.cluster,
      taskDefinitionArn: taskDefinition!,
      loadBalancers: [{ ...(group as typeof target), shift: advancedConfiguration as typeof target.shift }],
    }
  },
  changes: [
    { canary: { percent: 20, minutes: 5 } },
    { bakeMinutes: 0 },
    { strategy: 'BLUE_GREEN', canary: undefined },
    { strategy: 'LINEAR', linear: { percent: 25, minutes: 1 } },
    { rollbackAlarms: [] },
    { pauses: [] },
  ],
})

describe('the strategy of a service', () => {
  it('is sent whole with the service, and with what it moves traffic with', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateServiceCommand).resolves({ service: shown })
    await service.create({ address, props: canary, tags: tagsFor(address), token }, mockedContext())
    expect(ecs.commandCalls(CreateServiceCommand)[0]!.args[0].input).toMatchObject({
      deploymentConfiguration: asSent,
      loadBalancers: [
        {
          targetGroupArn: 'tg-a',
          containerName: 'app',
          containerPort: 80,
          advancedConfiguration: target.shift,
        },
      ],
    })
  })

  it('is sent whole again when one thing about it changes: AWS would take its defaults for the rest', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(UpdateServiceCommand).resolves({ service: shown })
    const props = { ...canary, canary: { percent: 20, minutes: 3 } }
    await service.update!(
      { address, attributes, observed: canary, props, changed: ['canary'] },
      mockedContext(),
    )
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        cluster: clusterArn,
        service: 'web',
        deploymentConfiguration: {
          ...asSent,
          canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 3 },
        },
      },
    ])
  })

  it('leaves the steps of the strategy before behind', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(UpdateServiceCommand).resolves({ service: shown })
    const { canary: _, ...rest } = canary
    const props: ServiceProps = { ...rest, strategy: 'BLUE_GREEN' }
    await service.update!(
      { address, attributes, observed: canary, props, changed: ['strategy'] },
      mockedContext(),
    )
    expect(ecs.commandCalls(UpdateServiceCommand)[0]!.args[0].input.deploymentConfiguration).toEqual(
      expect.not.objectContaining({ canaryConfiguration: expect.anything() }),
    )
  })
})

describe('a service that a release has changed', () => {
  const read = async (here: Service, props: ServiceProps = canary) => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeServicesCommand).resolves({ services: [here] })
    ecs.on(DescribeServiceRevisionsCommand).resolves({
      serviceRevisions: [
        { serviceArn: arn, resolvedConfiguration: { loadBalancers: [{ targetGroupArn: 'tg-b' }] } },
      ],
    })
    const [found] = await service.read([readRequest(address, props, attributes)], mockedContext())
    return { found: found!, calls: ecs.calls().length }
  }

  it('names the task definition that it runs now', async () => {
    const { found, calls } = await read({
      ...shown,
      taskDefinition: canary.taskDefinitionArn.replace(/1$/, '7'),
    })
    expect(found.successors).toEqual({
      taskDefinitionArn: {
        arn: canary.taskDefinitionArn.replace(/1$/, '7'),
        family: 'web',
        revision: 7,
      },
    })
    expect(calls).toBe(1)
  })

  it('keeps the pauses and the strategy of a release that runs', async () => {
    const running = [...shown.deployments!, { id: 'ecs-svc/1', status: 'ACTIVE' }]
    const { found } = await read({
      ...shown,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
      deployments: running,
    })
    expect(found.pending).toBe('IN_PROGRESS')
    expect(service.yields!(canary, found, canary)).toMatchObject({ strategy: 'BLUE_GREEN', pauses: [] })
    expect(service.yields!(canary, { ...found, pending: undefined }, canary)).toMatchObject({
      strategy: 'CANARY',
    })
  })

  it('keeps the two target groups in whichever order AWS shows them', () => {
    const swapped = {
      ...target,
      targetGroupArn: 'tg-b',
      shift: { ...target.shift, alternateTargetGroupArn: 'tg-a' },
    }
    const observed = { attributes, props: { ...canary, loadBalancers: [swapped] }, tags: {} }
    expect(service.yields!(canary, observed, canary).loadBalancers).toEqual([swapped])
    const other = { ...canary, loadBalancers: [{ ...target, containerPort: 81 }] }
    expect(service.yields!(other, observed, canary).loadBalancers).toEqual(other.loadBalancers)
  })

  it('cannot go back to rolling while its traffic is on the group that would be taken away', async () => {
    const { shift: _, ...plain } = target
    const rolling: ServiceProps = { ...canary, strategy: 'ROLLING', loadBalancers: [plain] }
    const { found } = await read(shown, rolling)
    expect(service.refuses!(found.props, rolling)?.why).toContain('second target group')
    expect(service.refuses!({ ...found.props, liveTargetGroupArn: 'tg-a' }, rolling)).toBeUndefined()
    expect(service.refuses!(found.props, canary)).toBeUndefined()
  })
})

describe('the readiness of a service whose traffic is shifted', () => {
  const look = async (deployment: Partial<ServiceDeployment>, here: Service = shown) => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeServicesCommand).resolves({ services: [here] })
    ecs.on(DescribeServiceDeploymentsCommand).resolves({
      serviceDeployments: [
        {
          serviceDeploymentArn: 'deployment-2',
          targetServiceRevision: { arn: revisionArn(2), requestedProductionTrafficWeight: 10 },
          ...deployment,
        },
      ],
    })
    ecs.on(ListServiceDeploymentsCommand).resolves({
      serviceDeployments: [
        {
          targetServiceRevisionArn: revisionArn(2),
          status: 'STOPPED',
          statusReason: 'Replaced by a new service deployment.',
        },
      ],
    })
    const [now] = await service.ready!([attributes], mockedContext())
    return now!
  }

  it('comes with the success of its deployment', async () => {
    expect(await look({ status: 'SUCCESSFUL' })).toEqual({ state: 'ready', attributes })
  })

  it('tells stage, share of the traffic and pause meanwhile, and how long all of it usually takes', async () => {
    expect(
      await look({
        status: 'IN_PROGRESS',
        lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
        lifecycleHookDetails: [
          { status: 'AWAITING_ACTION', expiresAt: new Date(Date.UTC(2026, 0, 1, 12, 30)) },
        ],
      }),
    ).toEqual({
      state: 'waiting',
      status: 'PRODUCTION_TRAFFIC_SHIFT: 10 % of the traffic, paused until 12:30 UTC',
      usually: 240 + (5 + 3) * 60,
    })
  })

  it.each(['ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOPPED'] as const)(
    'never comes once the deployment is %s',
    async status => {
      const now = await look({ status, statusReason: 'alarm errors was triggered' })
      expect(now).toMatchObject({ state: 'failed', reason: expect.stringContaining('alarm errors') })
    },
  )

  it('is judged on its own deployment when another has taken its place', async () => {
    const now = await look({ status: 'SUCCESSFUL', targetServiceRevision: { arn: revisionArn(3) } })
    expect(now).toMatchObject({ state: 'failed', reason: expect.stringContaining('Replaced') })
  })
})
