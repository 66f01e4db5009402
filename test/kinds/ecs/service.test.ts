import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ServiceNotFoundException,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { service } from '../../../src/kinds/ecs/service.ts'
import type { ServiceProps } from '../../../src/kinds/ecs/service-props.ts'
import type { ServiceAttributes } from '../../../src/kinds/ecs/service.ts'
import { canonical } from '../../../src/resources/json.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { stubbed } from '../../support/stubbed.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { fargateService, token } from './parts.ts'

const address = 'web/service'
const tags = tagsFor(address)
const awsTags = Object.entries(tags).map(([key, value]) => ({ key, value }))
const clusterArn = 'arn:aws:ecs:us-east-1:123456789012:cluster/shop'
const arn = 'arn:aws:ecs:us-east-1:123456789012:service/shop/web'
const revision = (number: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:${number}`
const attributes: ServiceAttributes = {
  serviceName: 'web',
  arn,
  clusterArn,
  deploymentId: 'ecs-svc/1',
}
const loadBalancer = { targetGroupArn: 'tg-1', containerName: 'app', containerPort: 80 }
const props: ServiceProps = {
  serviceName: 'web',
  clusterArn,
  taskDefinitionArn: revision(1),
  desiredCount: 2,
  launchType: 'FARGATE',
  subnetIds: ['subnet-b', 'subnet-a'],
  securityGroupIds: ['sg-1'],
  assignPublicIp: false,
  loadBalancers: [loadBalancer],
  healthCheckGracePeriod: 60,
  circuitBreaker: { enable: true, rollback: true },
  enableExecuteCommand: true,
}
const shown = {
  serviceName: 'web',
  serviceArn: arn,
  clusterArn,
  status: 'ACTIVE',
  deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED' as const }],
  tags: awsTags,
}

describeKindLife({
  kind: service,
  props: context => fargateService(context),
  changes: [
    { desiredCount: 3 },
    { maximumPercent: 150 },
    { circuitBreaker: { enable: true, rollback: false } },
    {
      circuitBreaker: {
        enable: true,
        rollback: true,
        threshold: { type: 'COUNT', value: 5 },
        keepsCount: true,
      },
    },
    { circuitBreaker: { enable: true, rollback: true } },
    { enableExecuteCommand: true },
    { subnetIds: ['subnet-a'] },
    { desiredCount: 0 },
  ],
})

describe('ecs/service', () => {
  it('is created in one call with its token, and remembers its deployment', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateServiceCommand).resolves({ service: shown })
    expect(await service.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        serviceName: 'web',
        cluster: clusterArn,
        taskDefinition: revision(1),
        desiredCount: 2,
        clientToken: token,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-b', 'subnet-a'],
            securityGroups: ['sg-1'],
            assignPublicIp: 'DISABLED',
          },
        },
        loadBalancers: [loadBalancer],
        healthCheckGracePeriodSeconds: 60,
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        enableExecuteCommand: true,
        tags: awsTags,
        propagateTags: 'SERVICE',
        enableECSManagedTags: true,
      },
    ])
  })

  it('moves no tasks between zones where there is no room for one more', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateServiceCommand).resolves({ service: shown })
    ecs.on(UpdateServiceCommand).resolves({ service: shown })
    const full = { ...props, minimumHealthyPercent: 50, maximumPercent: 100 }
    await service.create({ address, props: full, tags, token }, mockedContext())
    await service.update!(
      { address, attributes, observed: props, props: full, changed: ['maximumPercent'] },
      mockedContext(),
    )
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      expect.objectContaining({ availabilityZoneRebalancing: 'DISABLED' }),
      expect.objectContaining({ availabilityZoneRebalancing: 'DISABLED' }),
    ])
  })

  it('sends no network for tasks that share the network of their instance', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(CreateServiceCommand).resolves({ service: shown })
    const onInstances = { ...props, subnetIds: [], securityGroupIds: [] }
    await service.create({ address, props: onInstances, tags, token }, mockedContext())
    expect(ecs.commandCalls(CreateServiceCommand)[0]!.args[0].input).not.toHaveProperty(
      'networkConfiguration',
    )
  })

  it('does not differ from itself when read back', async () => {
    const context = sandboxContext()
    const wanted = await fargateService(context)
    const made = await service.create({ address, props: wanted, tags, token }, context)
    const [found] = await service.read([readRequest(address, wanted, made)], context)
    const observed = found!.props as unknown as Record<string, unknown>
    for (const [name, value] of Object.entries(service.normalise!(wanted)))
      expect(canonical(observed[name]), name).toBe(canonical(value))
  })

  it('reads the services of a cluster by tens', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeServicesCommand).resolves({ services: [shown] })
    const requests = Array.from({ length: 12 }, (_, index) =>
      readRequest<ServiceProps, ServiceAttributes>(`s${index}`, { clusterArn, serviceName: `s${index}` }),
    )
    const elsewhere = readRequest('e', props, { ...attributes, clusterArn: 'other' })
    const found = await service.read([...requests, elsewhere], mockedContext())
    expect(found.at(-1)?.attributes.clusterArn).toBe('other')
    expect(
      ecs
        .commandCalls(DescribeServicesCommand)
        .map(call => call.args[0].input)
        .map(({ cluster, services, include }) => [cluster, services?.length, include]),
    ).toEqual([
      [clusterArn, 10, ['TAGS']],
      [clusterArn, 2, ['TAGS']],
      ['other', 1, ['TAGS']],
    ])
  })

  it('shows the tags of a service that somebody else made under the same name', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DescribeServicesCommand)
      .resolves({ services: [{ ...shown, tags: [{ key: 'team', value: 'x' }] }] })
    const [found] = await service.read([readRequest(address, props)], mockedContext())
    expect(found?.tags).toEqual({ team: 'x' })
  })

  it('takes a draining service for absent unless it is recorded', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DescribeServicesCommand)
      .resolves({ services: [{ ...shown, status: 'DRAINING', deployments: [] }] })
    expect(await service.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
    const [recorded] = await service.read([readRequest(address, props, attributes)], mockedContext())
    expect(recorded?.pending).toBe('DRAINING')
  })

  it('changes its task definition in one call that touches nothing else', async () => {
    const ecs = stubbed(ECSClient)
    const deployments = [
      { id: 'ecs-svc/2', status: 'PRIMARY' },
      { ...shown.deployments[0], status: 'ACTIVE' },
    ]
    ecs.on(UpdateServiceCommand).resolves({ service: { ...shown, deployments } })
    const wanted = { ...props, taskDefinitionArn: revision(2) }
    const after = await service.update!(
      { address, attributes, observed: props, props: wanted, changed: ['taskDefinitionArn'] },
      mockedContext(),
    )
    expect(after.deploymentId).toBe('ecs-svc/2')
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      { cluster: clusterArn, service: 'web', taskDefinition: revision(2) },
    ])
  })

  it('hands back the undeclared rest of a structure that AWS replaces as a whole', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(UpdateServiceCommand).resolves({ service: shown })
    const observed = { ...props, minimumHealthyPercent: 50, maximumPercent: 200 }
    const wanted = { ...props, maximumPercent: 150 }
    await service.update!(
      { address, attributes, observed, props: wanted, changed: ['maximumPercent'] },
      mockedContext(),
    )
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        cluster: clusterArn,
        service: 'web',
        deploymentConfiguration: {
          minimumHealthyPercent: 50,
          maximumPercent: 150,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
      },
    ])
  })

  it('is deleted by force, and an already deleted one is deleted', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DeleteServiceCommand)
      .rejects(new ServiceNotFoundException({ $metadata: {}, message: 'Service not found.' }))
    await service.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      { cluster: clusterArn, service: 'web', force: true },
    ])
  })
})
