import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs'
import { trafficOf } from '../../src/sandbox/elbv2/index.ts'
import type { Traffic } from '../../src/sandbox/elbv2/target-health.ts'
import type { SandboxContext } from './context.ts'
import { ipTargets, standingLoadBalancer } from './front.ts'
import { container, fargateService, registerFargateTask } from '../kinds/ecs/parts.ts'

/** A Fargate service of two tasks behind a weighted rule, made by plain SDK calls. */
export interface BlueGreen {
  readonly context: SandboxContext
  readonly cluster: string
  readonly service: string
  readonly rule: string
  readonly testRule: string
  readonly blue: string
  readonly green: string
  /** Of its first task definition. */
  readonly first: string
  /** Registers a revision with that image and brings it into service; gives the service deployment's ARN. */
  release(image: string, configuration?: DeploymentConfiguration): Promise<string>
  deployment(arn: string): Promise<ServiceDeployment>
  /** The deployment's stages and statuses, in order, until it is over or `until` holds. */
  follow(arn: string, until?: (now: ServiceDeployment) => boolean): Promise<string[]>
  /** Weight of each target group in the production rule: first blue's, then green's. */
  weights(): Promise<number[]>
  traffic(): readonly Traffic[]
  health(targetGroupArn: string): Promise<string[]>
  wait(seconds: number): Promise<void>
}

const over = /^(SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)$/

export async function blueGreen(
  context: SandboxContext,
  deploymentConfiguration: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
): Promise<BlueGreen> {
  const { aws, clock, world } = context
  const props = await fargateService(context)
  await aws.logs.createLogGroup({ logGroupName: container.logGroup })
  const loadBalancerArn = standingLoadBalancer(context)
  const [blue, green] = [await ipTargets(context, 'blue'), await ipTargets(context, 'green')]
  const ruleOn = async (Port: number) => {
    const fixed = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } } as const
    const { Listeners } = await aws.elbv2.createListener({
      LoadBalancerArn: loadBalancerArn,
      Port,
      Protocol: 'HTTP',
      DefaultActions: [fixed],
    })
    const { Rules } = await aws.elbv2.createRule({
      ListenerArn: Listeners![0]!.ListenerArn!,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    })
    return Rules![0]!.RuleArn!
  }
  const [rule, testRule] = [await ruleOn(80), await ruleOn(9001)]
  const { Role } = await aws.iam.createRole({
    RoleName: 'shop-infrastructure',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
  })
  await clock.sleep(60_000)
  const { service } = await aws.ecs.createService({
    cluster: props.clusterArn,
    serviceName: 'web',
    taskDefinition: props.taskDefinitionArn,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-1'] } },
    loadBalancers: [
      {
        targetGroupArn: blue,
        containerName: 'app',
        containerPort: 80,
        advancedConfiguration: {
          alternateTargetGroupArn: green,
          productionListenerRule: rule,
          testListenerRule: testRule,
          roleArn: Role!.Arn!,
        },
      },
    ],
    deploymentConfiguration,
  })
  const deployment = async (arn: string) => {
    const answer = await aws.ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] })
    return answer.serviceDeployments![0]!
  }
  const bg: BlueGreen = {
    context,
    cluster: props.clusterArn,
    service: 'web',
    rule,
    testRule,
    blue,
    green,
    first: props.taskDefinitionArn,
    deployment,
    async release(image, configuration) {
      const taskDefinition = await registerFargateTask(context, [{ ...container, image }])
      const updated = await aws.ecs.updateService({
        cluster: props.clusterArn,
        service: 'web',
        taskDefinition,
        ...(configuration && { deploymentConfiguration: configuration }),
      })
      return updated.service!.currentServiceDeployment!
    },
    async follow(arn, until = () => false) {
      const seen: string[] = []
      for (;;) {
        const now = await deployment(arn)
        const word = now.status === 'IN_PROGRESS' ? now.lifecycleStage! : now.status!
        if (seen.at(-1) !== word) seen.push(word)
        if (over.test(now.status!) || until(now)) return seen
        await clock.sleep(2000)
      }
    },
    async weights() {
      const { Rules } = await aws.elbv2.describeRules({ RuleArns: [rule] })
      const groups = Rules![0]!.Actions![0]!.ForwardConfig!.TargetGroups!
      return [blue, green].map(
        arn => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? NaN,
      )
    },
    traffic: () => trafficOf(world, rule),
    async health(TargetGroupArn) {
      const { TargetHealthDescriptions = [] } = await aws.elbv2.describeTargetHealth({ TargetGroupArn })
      return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth!.State!).toSorted()
    },
    wait: seconds => clock.sleep(seconds * 1000),
  }
  await bg.follow(service!.currentServiceDeployment!)
  return bg
}
