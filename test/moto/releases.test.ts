import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import * as ecs from '@aws-sdk/client-ecs'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WireLife } from './wire-life.ts'
import { wireLife } from './wire-life.ts'

const httpd = 'public.ecr.aws/docker/library/httpd'
const cluster = 'production-storefront-cluster'

let life: WireLife
let clients: ReturnType<typeof connect>

beforeAll(async () => {
  life = await wireLife('blue-green')
  clients = connect(life.url)
})
afterAll(() => life?.end())

function connect(endpoint: string) {
  const options = { endpoint, region: 'us-east-1', maxAttempts: 1 }
  return {
    cloudwatch: new CloudWatchClient(options),
    ecs: new ecs.ECSClient(options),
    elbv2: new elbv2.ElasticLoadBalancingV2Client(options),
    iam: new iam.IAMClient(options),
  }
}

async function api() {
  const { services } = await clients.ecs.send(new ecs.DescribeServicesCommand({ cluster, services: ['api'] }))
  const [service] = services!
  const [{ targetGroupArn, advancedConfiguration } = {}] = service!.loadBalancers!
  return {
    service: service!,
    pair: [targetGroupArn!, advancedConfiguration!.alternateTargetGroupArn!],
    ...advancedConfiguration!,
  }
}

async function weightsOf(rule: string) {
  const { Rules } = await clients.elbv2.send(new elbv2.DescribeRulesCommand({ RuleArns: [rule] }))
  return Rules![0]!.Actions![0]!.ForwardConfig!.TargetGroups!
}

const release = (...args: string[]) =>
  life.provision('rollout', 'api', '--yes', '--detach', '--image', `${httpd}:2.9`, ...args)

test('a blue/green stack is wired for its releases', async () => {
  const { code, err } = await life.provision('up', '--yes')
  expect([code, err]).toEqual([0, err])
  const { service, pair, productionListenerRule, testListenerRule, roleArn } = await api()
  for (const rule of [productionListenerRule!, testListenerRule!])
    expect(await weightsOf(rule)).toEqual(
      pair.map((TargetGroupArn, index) => ({ TargetGroupArn, Weight: index === 0 ? 100 : 0 })),
    )
  const { deploymentConfiguration } = service
  expect(deploymentConfiguration).toMatchObject({
    strategy: 'CANARY',
    bakeTimeInMinutes: 10,
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 10 },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    alarms: { enable: true, rollback: true },
  })
  const AlarmNames = deploymentConfiguration!.alarms!.alarmNames!
  const { MetricAlarms } = await clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))
  const watched = MetricAlarms!.map(
    ({ Dimensions }) => Dimensions!.find(({ Name }) => Name === 'TargetGroup')!.Value,
  )
  expect(new Set(watched)).toEqual(new Set(pair.map(arn => arn.split(':').at(-1))))
  const RoleName = roleArn!.split('/').at(-1)!
  const { Role } = await clients.iam.send(new iam.GetRoleCommand({ RoleName }))
  expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain('"ecs.amazonaws.com"')
  const { AttachedPolicies } = await clients.iam.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }))
  expect(AttachedPolicies).toMatchObject([
    { PolicyName: 'AmazonECSInfrastructureRolePolicyForLoadBalancers' },
  ])
})

test('a release is refused over the wire when its weights were edited by hand', async () => {
  const { productionListenerRule, pair } = await api()
  const edit = (shares: readonly number[]) =>
    clients.elbv2.send(
      new elbv2.ModifyRuleCommand({
        RuleArn: productionListenerRule!,
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: pair.map((TargetGroupArn, index) => ({ TargetGroupArn, Weight: shares[index]! })),
            },
          },
        ],
      }),
    )
  await edit([70, 30])
  const before = await life.writes()
  const { code, err } = await release()
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/changed outside a release: \S+ 70 %, \S+ 30 %[^]*--accept-weights/),
  ])
  expect(await life.writes()).toBe(before)
  await edit([100, 0])
})

test('a release gets as far as UpdateService, with the whole of its configuration', async () => {
  const { code, err } = await release('--strategy', 'blue-green', '--bake', '3', '--pause')
  expect([code, err]).toEqual([
    0,
    expect.stringContaining('api: releasing httpd:2.9 (release 1, blue/green)'),
  ])
  const { service } = await api()
  const { taskDefinition } = await clients.ecs.send(
    new ecs.DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition! }),
  )
  expect(taskDefinition!.containerDefinitions!.map(({ image }) => image)).toEqual([`${httpd}:2.9`])
  expect(service.deploymentConfiguration).toMatchObject({
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 3,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    alarms: { enable: true, rollback: true },
    lifecycleHooks: [
      {
        targetType: 'PAUSE',
        lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
        timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
      },
    ],
  })
  const status = await life.provision('rollout', 'status')
  expect([status.code, status.out]).toEqual([0, expect.stringMatching(/^api: httpd:2\.9, 2 of 2 tasks run/)])
  const history = await life.provision('rollout', 'history', 'api')
  expect(history.out).toMatch(/^ {2}1 .* httpd:2\.9 {2}blue\/green {2}by \S+ {2}released/)
})

test('the next up takes the strategy of that release off the service again', async () => {
  const { code, err } = await life.provision('up', '--yes')
  expect([code, err]).toEqual([0, expect.stringMatching(/services\/api: updated[^]*1 updated\./)])
  expect((await api()).service.deploymentConfiguration).toMatchObject({
    strategy: 'CANARY',
    bakeTimeInMinutes: 10,
  })
  const again = await life.provision('up', '--yes')
  expect(again.err).toContain('No changes.')
})

test('every request on the way is one that the API models of AWS allow', async () => {
  const { code, err, out } = await life.provision('teardown', '--yes', '--delete-data', 'all')
  expect(out).toBe('')
  expect([code, err]).toEqual([0, expect.stringContaining('Nothing tagged')])
  expect(await life.violations()).toEqual([])
})
