import type { Container } from '../../../src/kinds/ecs/container.ts'
import { cluster } from '../../../src/kinds/ecs/cluster.ts'
import type { ServiceProps } from '../../../src/kinds/ecs/service-props.ts'
import type { TaskDefinitionProps } from '../../../src/kinds/ecs/task-definition.ts'
import { taskDefinition } from '../../../src/kinds/ecs/task-definition.ts'
import type { SandboxContext } from '../../support/context.ts'
import { tagsFor } from '../../support/context.ts'

export const token = '0123456789abcdef0123456789abcdef'

export const container: Container = {
  name: 'app',
  image: 'public.ecr.aws/nginx/nginx:1.29',
  ports: [80],
  environment: { LEVEL: 'info', APP: 'shop' },
  secrets: {},
  logGroup: '/shop/web',
  mountPoints: [],
}

export const bridgeTask: TaskDefinitionProps = {
  family: 'shop-web',
  networkMode: 'bridge',
  requiresCompatibilities: ['EC2'],
  cpu: '256',
  memory: '512',
  containers: [container],
  volumes: [],
}

/** A role that AWS has long known. */
export async function executionRole(context: SandboxContext): Promise<string> {
  const { Role } = await context.aws.iam.createRole({
    RoleName: 'shop-execution',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
  })
  await context.clock.sleep(60_000)
  return Role!.Arn!
}

/** A Fargate service of two tasks, with all that it stands on. */
export async function fargateService(
  context: SandboxContext,
  containers: readonly Container[] = [container],
): Promise<ServiceProps> {
  for (const subnetId of ['subnet-a', 'subnet-b'])
    context.world.table('ec2/subnet').set(subnetId, { id: subnetId, vpcId: 'vpc-1' })
  context.world.table('ec2/security-group').set('sg-1', { id: 'sg-1', vpcId: 'vpc-1' })
  const { arn: clusterArn } = await cluster.create(
    { address: 'web/cluster', props: { clusterName: 'shop' }, tags: tagsFor('web/cluster'), token },
    context,
  )
  return {
    serviceName: 'web',
    clusterArn,
    taskDefinitionArn: await registerFargateTask(context, containers),
    desiredCount: 2,
    launchType: 'FARGATE',
    subnetIds: ['subnet-b', 'subnet-a'],
    securityGroupIds: ['sg-1'],
    assignPublicIp: false,
    loadBalancers: [],
    circuitBreaker: { enable: true, rollback: true },
  }
}

export async function registerFargateTask(
  context: SandboxContext,
  containers: readonly Container[] = [container],
): Promise<string> {
  const known = context.world.table<{ arn: string }>('iam/role').list()[0]?.arn
  const { arn } = await taskDefinition.create(
    {
      address: 'web/task-definition',
      props: {
        ...bridgeTask,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        executionRoleArn: known ?? (await executionRole(context)),
        containers,
      },
      tags: tagsFor('web/task-definition'),
      token,
    },
    context,
  )
  return arn
}
