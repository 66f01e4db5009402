import { gracePeriod } from '../../src/config/health-check.ts'
import { service } from '../../src/config/schema/service.ts'
import type { TargetGroupProps } from '../../src/kinds/elbv2/target-group.ts'
import { targetGroup } from '../../src/kinds/elbv2/target-group.ts'
import { trafficOf } from '../../src/sandbox/elbv2/index.ts'
import type { Traffic } from '../../src/sandbox/elbv2/target-health.ts'
import { healthCheckProps } from '../../src/steps/health-check.ts'
import { token } from '../kinds/ecs/parts.ts'
import type { SandboxContext } from './context.ts'
import { tagsFor } from './context.ts'
import { standingLoadBalancer } from './front.ts'
import type { RollingOptions } from './rolling.ts'
import { rollingService } from './rolling.ts'

/** What decides how long a release takes. Times in seconds. */
export interface ReleaseTimes {
  readonly targets: Partial<TargetGroupProps>
  readonly gracePeriod: number
}

/** What this config of a service behind a load balancer sets. */
export function timesOf(config: Readonly<Record<string, unknown>> = {}): ReleaseTimes {
  const parsed = service.parse({ image: 'nginx:1', port: 80, paths: ['/*'], ...config })
  return {
    targets: {
      ...healthCheckProps(parsed.healthCheck),
      deregistrationDelay: parsed.deregistrationDelay,
    },
    gracePeriod: gracePeriod(parsed),
  }
}

export const ourTimes = timesOf()

/** Interval 30, threshold 5, two failures, delay 300, no grace period. */
export const awsTimes: ReleaseTimes = { targets: {}, gracePeriod: 0 }

/** https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/ */
export const copilotTimes: ReleaseTimes = {
  targets: { healthCheckInterval: 10, healthyThreshold: 2, deregistrationDelay: 60 },
  gracePeriod: 60,
}

/** A Fargate service behind a listener of its own, with a rolling deployment; its first deployment is over. */
export async function rollingFront(
  context: SandboxContext,
  { targets, gracePeriod: grace }: ReleaseTimes,
  options: Omit<RollingOptions, 'loadBalancers'> = { count: 1 },
) {
  const LoadBalancerArn = standingLoadBalancer(context)
  const props: TargetGroupProps = {
    name: 'web',
    protocol: 'HTTP',
    port: 80,
    vpcId: 'vpc-1',
    targetType: 'ip',
    healthCheckPath: '/',
    ...targets,
  }
  const address = 'load-balancer/web.targets'
  const request = { address, props, tags: tagsFor(address), token }
  const made = await targetGroup.create(request, context)
  await targetGroup.finish!(request, made, context)
  const { Listeners } = await context.aws.elbv2.createListener({
    LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: made.arn }],
  })
  const listener = Listeners![0]!.ListenerArn!
  await context.aws.logs.createLogGroup({ logGroupName: '/shop/web' })
  const rolling = await rollingService(context, {
    ...options,
    gracePeriod: grace,
    loadBalancers: [{ targetGroupArn: made.arn, containerName: 'app', containerPort: 80 }],
  })
  return {
    ...rolling,
    context,
    service: 'web',
    targetGroup: made.arn,
    traffic: (): readonly Traffic[] => trafficOf(context.world, listener),
  }
}
