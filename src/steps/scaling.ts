import type { StackConfig } from '../config/schema/stack.ts'
import { text } from '../resources/reference.ts'
import type { Cluster } from './cluster.ts'
import type { Declare } from './declare.ts'
import { made, ready } from './declare.ts'
import type { LoadBalancing } from './load-balancer.ts'
import { nameInEcs } from './services.ts'

/** Has Application Auto Scaling own how many tasks a service runs. `awaiting` are those whose image is missing. */
export function scaling(
  declare: Declare,
  config: StackConfig,
  cluster: Cluster,
  loadBalancing: LoadBalancing | undefined,
  awaiting: ReadonlySet<string>,
): void {
  const scaled = Object.entries(config.services).flatMap(([service, { scaling }]) =>
    scaling ? [{ service, scaling }] : [],
  )
  if (scaled.length === 0) return
  // AWS makes this role by itself at an account's first target, but may refuse that target while it does.
  const serviceRole = declare('scaling/ecs.role', 'iam/service-linked-role', {
    serviceName: 'ecs.application-autoscaling.amazonaws.com',
  })
  for (const { service, scaling } of scaled) {
    const { min, max, cpu, memory, requests, schedules } = scaling
    const origin = `services.${service}.scaling`
    const target = declare(
      `scaling/${service}`,
      'application-autoscaling/target',
      {
        resourceId: text`service/${cluster.out.clusterName}/${nameInEcs(service)}`,
        // The least is started at once, which would be in vain without an image.
        minCapacity: awaiting.has(service) ? 0 : min,
        maxCapacity: max,
      },
      {
        name: service,
        // Left behind, it would scale the next service of that name.
        after: [ready(serviceRole), { ...made({ address: `services/${service}` }), holds: true }],
        // Schedules move the bounds; only a change in the config moves them back.
        released: Object.keys(schedules).length > 0 ? ['minCapacity', 'maxCapacity'] : undefined,
        origin,
      },
    )
    const { resourceId } = target.out
    const common = {
      resourceId,
      scaleInCooldown: scaling.scaleInCooldown ?? scaling.cooldown,
      scaleOutCooldown: scaling.scaleOutCooldown ?? scaling.cooldown,
    }
    const declarePolicy = (
      name: 'cpu' | 'memory',
      metric: 'ECSServiceAverageCPUUtilization' | 'ECSServiceAverageMemoryUtilization',
      targetValue: number | undefined,
    ) => {
      if (targetValue !== undefined)
        declare(
          `scaling/${service}.${name}`,
          'application-autoscaling/policy',
          { ...common, policyName: name, metric, targetValue },
          { name, origin },
        )
    }
    declarePolicy('cpu', 'ECSServiceAverageCPUUtilization', cpu)
    declarePolicy('memory', 'ECSServiceAverageMemoryUtilization', memory)
    const routed = loadBalancing?.targets.get(service)
    if (requests !== undefined && loadBalancing && routed)
      declare(
        `scaling/${service}.requests`,
        'application-autoscaling/policy',
        {
          ...common,
          policyName: 'requests',
          metric: 'ALBRequestCountPerTarget',
          requests: {
            loadBalancerArn: loadBalancing.loadBalancer.out.arn,
            // Releases move the requests from one to the other: they count in both.
            targetGroupArns: [routed.targetGroup, ...(routed.alternate ? [routed.alternate] : [])].map(
              ({ out }) => out.arn,
            ),
          },
          targetValue: requests,
        },
        { name: 'requests', after: routed.attached, origin },
      )
    for (const [name, { schedule, timezone, min: least, max: most }] of Object.entries(schedules))
      declare(
        `scaling/${service}.schedule-${name}`,
        'application-autoscaling/scheduled-action',
        {
          scheduledActionName: name,
          resourceId,
          schedule,
          timezone,
          minCapacity: least,
          maxCapacity: most,
        },
        { name, origin: `${origin}.schedules.${name}` },
      )
  }
}
