import {
  ClientException,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { taskDefinition } from '../../../src/kinds/ecs/task-definition.ts'
import type { TaskDefinitionProps } from '../../../src/kinds/ecs/task-definition.ts'
import { canonical } from '../../../src/resources/json.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { stubbed } from '../../support/stubbed.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { bridgeTask, container, executionRole, token } from './parts.ts'

const address = 'web/task-definition'
const tags = tagsFor(address)
const awsTags = Object.entries(tags).map(([key, value]) => ({ key, value }))
const arn = 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:3'
const attributes = { arn, family: 'shop-web', revision: 3 }
const shown = { taskDefinitionArn: arn, family: 'shop-web', revision: 3, status: 'ACTIVE' as const }

const full: TaskDefinitionProps = {
  family: 'shop-web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '512',
  memory: '1024',
  cpuArchitecture: 'ARM64',
  executionRoleArn: 'arn:aws:iam::123456789012:role/shop-execution',
  taskRoleArn: 'arn:aws:iam::123456789012:role/shop-execution',
  containers: [
    {
      ...container,
      command: ['serve', '--port', '80'],
      cpu: 128,
      memory: 512,
      ports: [80, 9090],
      secrets: { PASSWORD: 'arn:aws:ssm:us-east-1:123456789012:parameter/password' },
      mountPoints: [{ volume: 'media', path: '/media' }],
      healthCheck: { command: ['CMD-SHELL', 'true'], startPeriod: 10 },
      stopTimeout: 45,
    },
    { ...container, name: 'sidecar', essential: false, ports: [] },
  ],
  volumes: [
    {
      name: 'media',
      efs: { fileSystemId: 'fs-1', accessPointId: 'fsap-1', transitEncryption: true, iam: true },
    },
  ],
}

describeKindLife({
  kind: taskDefinition,
  props: async context => {
    await executionRole(context)
    return full
  },
  changes: [],
  needed: ['executionRoleArn'],
})

describe('ecs/task-definition', () => {
  it('is registered in one call that carries its tags', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(RegisterTaskDefinitionCommand).resolves({ taskDefinition: shown })
    expect(await taskDefinition.create({ address, props: full, tags, token }, mockedContext())).toEqual(
      attributes,
    )
    const environment = [
      { name: 'APP', value: 'shop' },
      { name: 'LEVEL', value: 'info' },
    ]
    const logTo = (name: string) => ({
      logDriver: 'awslogs',
      options: {
        'awslogs-group': '/shop/web',
        'awslogs-region': 'us-east-1',
        'awslogs-stream-prefix': name,
      },
    })
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      {
        family: 'shop-web',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '512',
        memory: '1024',
        runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
        executionRoleArn: full.executionRoleArn,
        taskRoleArn: full.taskRoleArn,
        containerDefinitions: [
          {
            name: 'app',
            image: container.image,
            essential: true,
            cpu: 128,
            memory: 512,
            command: ['serve', '--port', '80'],
            portMappings: [
              { containerPort: 80, protocol: 'tcp' },
              { containerPort: 9090, protocol: 'tcp' },
            ],
            environment,
            secrets: [{ name: 'PASSWORD', valueFrom: full.containers[0]!.secrets['PASSWORD'] }],
            logConfiguration: logTo('app'),
            mountPoints: [{ sourceVolume: 'media', containerPath: '/media', readOnly: false }],
            healthCheck: { command: ['CMD-SHELL', 'true'], startPeriod: 10 },
            stopTimeout: 45,
          },
          {
            name: 'sidecar',
            image: container.image,
            essential: false,
            portMappings: [],
            environment,
            secrets: [],
            logConfiguration: logTo('sidecar'),
            mountPoints: [],
          },
        ],
        volumes: [
          {
            name: 'media',
            efsVolumeConfiguration: {
              fileSystemId: 'fs-1',
              transitEncryption: 'ENABLED',
              authorizationConfig: { iam: 'ENABLED', accessPointId: 'fsap-1' },
            },
          },
        ],
        tags: awsTags,
      },
    ])
  })

  it.each([
    ['on Fargate', full],
    ['on instances', bridgeTask],
  ])('does not differ from itself when read back (%s)', async (_where, props) => {
    const context = sandboxContext()
    await executionRole(context)
    const made = await taskDefinition.create({ address, props, tags, token }, context)
    const [found] = await taskDefinition.read([readRequest(address, props, made)], context)
    const observed = found!.props as unknown as Record<string, unknown>
    for (const [name, value] of Object.entries(taskDefinition.normalise!(props)))
      expect(canonical(observed[name]), name).toBe(canonical(value))
  })

  it('has a log router send on what another container writes', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(RegisterTaskDefinitionCommand).resolves({ taskDefinition: shown })
    const { logGroup, ...app } = container
    const routed: TaskDefinitionProps = {
      ...bridgeTask,
      containers: [
        { ...app, logRouting: { Name: 'opensearch', Port: '443' } },
        { ...container, name: 'log-router', logRouter: 'fluentbit' },
      ],
    }
    await taskDefinition.create({ address, props: routed, tags, token }, mockedContext())
    const { input } = ecs.calls()[0]!.args[0] as RegisterTaskDefinitionCommand
    expect(input.containerDefinitions).toMatchObject([
      { logConfiguration: { logDriver: 'awsfirelens', options: { Name: 'opensearch', Port: '443' } } },
      {
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': logGroup } },
        firelensConfiguration: { type: 'fluentbit' },
      },
    ])
    ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: { ...shown, ...input } })
    const [observed] = await taskDefinition.read([readRequest(address, routed, attributes)], mockedContext())
    expect(observed?.props.containers).toEqual(taskDefinition.normalise!(routed).containers)
  })

  it('takes values that are not known yet as they are', () => {
    const image = { unknown: 'images/web.uri' } as unknown as string
    const props = { ...bridgeTask, containers: [{ ...container, image }] }
    expect(taskDefinition.normalise!(props).containers[0]).toMatchObject({ image })
  })

  it('is found by its family, as the newest revision that carries its tags', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: shown, tags: awsTags })
    const [found] = await taskDefinition.read([readRequest(address, bridgeTask)], mockedContext())
    expect(found).toMatchObject({ attributes, tags })
    expect(ecs.calls().map(call => call.args[0].input)).toEqual([
      { taskDefinition: 'shop-web', include: ['TAGS'] },
    ])
  })

  it('takes no notice of revisions that others registered in the family', async () => {
    const ecs = stubbed(ECSClient)
    ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: shown, tags: [] })
    expect(await taskDefinition.read([readRequest(address, bridgeTask)], mockedContext())).toEqual([
      undefined,
    ])
  })

  it('is absent once deregistered, though AWS still describes it', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DescribeTaskDefinitionCommand)
      .resolves({ taskDefinition: { ...shown, status: 'INACTIVE' }, tags: awsTags })
    expect(
      await taskDefinition.read([readRequest(address, bridgeTask, attributes)], mockedContext()),
    ).toEqual([undefined])
  })

  it('takes an unknown revision for deregistered', async () => {
    const ecs = stubbed(ECSClient)
    ecs
      .on(DeregisterTaskDefinitionCommand)
      .rejects(new ClientException({ $metadata: {}, message: 'Unable to describe task definition.' }))
    await taskDefinition.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })

  it('waits for a role that AWS does not know everywhere yet', async () => {
    const context = sandboxContext()
    const { Role } = await context.aws.iam.createRole({
      RoleName: 'fresh',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
    })
    const props = { ...bridgeTask, executionRoleArn: Role!.Arn }
    await taskDefinition.create({ address, props, tags, token }, context)
    expect(context.calls.map(({ error }) => error)).toContain('AccessDeniedException')
  })

  it.each([
    ['sizes that Fargate does not have', { cpu: '256', memory: '4096' }, 'No Fargate configuration exists'],
    ['Fargate on the network of the instance', { networkMode: 'bridge' as const }, 'awsvpc'],
    ['awslogs without an execution role', { executionRoleArn: undefined }, 'log driver awslogs'],
    ['mount points without their volume', { volumes: [] }, "Unknown volume 'media'"],
  ])('is refused with %s', async (_what, change, message) => {
    const context = sandboxContext()
    await executionRole(context)
    const props = { ...full, ...change }
    await expect(taskDefinition.create({ address, props, tags, token }, context)).rejects.toThrow(message)
  })
})

describe('the image of a task definition', () => {
  const props: TaskDefinitionProps = { ...bridgeTask, containers: [{ ...container, image: 'shop:1' }] }
  const running = { ...props, containers: [{ ...container, image: 'shop@sha256:ab' }] }
  const observed = { attributes: { arn: 'arn', family: 'web', revision: 2 }, props: running, tags: {} }
  const imageOf = ({ containers }: TaskDefinitionProps) => containers[0]!.image

  it('is what a release has brought, until the config names another one', () => {
    expect(imageOf(taskDefinition.yields!(props, observed, props))).toBe('shop@sha256:ab')
    const edited = { ...props, containers: [{ ...container, image: 'shop:2' }] }
    expect(imageOf(taskDefinition.yields!(edited, observed, props))).toBe('shop:2')
  })

  it('is the config’s when the last run did not finish', () => {
    expect(imageOf(taskDefinition.yields!(props, observed, undefined))).toBe('shop:1')
  })
})
