import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { ReleaseEnvironment } from './environment.ts'
import type { Live } from './live.ts'
import { shareOf, waitText } from './progress.ts'
import { readHealth, readShares } from './traffic.ts'

type StatusEnvironment = Pick<ReleaseEnvironment, 'aws' | 'book'>

/** What services run, and how far a release that is under way has come. One call for twenty releases. */
export async function statusOf(lives: readonly Live[], environment: StatusEnvironment) {
  const arns = lives.flatMap(({ running }) => running?.serviceDeploymentArn ?? [])
  const deployments = await describeDeployments(arns, environment)
  return Promise.all(lives.map(live => rowOf(live, deployments, environment)))
}

async function describeDeployments(arns: readonly string[], { aws }: StatusEnvironment) {
  const found: ServiceDeployment[] = []
  for (let at = 0; at < arns.length; at += 20) {
    const { serviceDeployments = [] } = await aws.ecs.describeServiceDeployments({
      serviceDeploymentArns: arns.slice(at, at + 20),
    })
    found.push(...serviceDeployments)
  }
  return found
}

async function rowOf(
  { target, service, image, ends, strategy, running }: Live,
  deployments: readonly ServiceDeployment[],
  { aws, book }: StatusEnvironment,
) {
  const groups = (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
  const shares = ends && (await readShares(aws, ends.productionRule))
  const live = shares ? Object.keys(shares).filter(group => (shares[group] ?? 0) > 0) : groups
  const health = await Promise.all(live.map(group => readHealth(aws, group)))
  const now = deployments.find(one => one.serviceDeploymentArn === running?.serviceDeploymentArn)
  const known = (await book.read(target.name)).find(one => one.deployment === running?.serviceDeploymentArn)
  const { runningCount = 0, desiredCount = 0, taskDefinition = '' } = service
  return {
    service: target.name,
    image,
    taskDefinition,
    strategy,
    tasks: `${runningCount} of ${desiredCount} tasks run`,
    ...(health.length > 0 && {
      healthy: `${health.reduce((sum, one) => sum + one.healthy, 0)} of ${health.reduce((sum, one) => sum + one.total, 0)} targets healthy`,
    }),
    ...(shares && { weights: shares }),
    ...(now && {
      release: {
        number: known?.number ?? 0,
        deployment: now.serviceDeploymentArn,
        status: now.status,
        stage: now.lifecycleStage,
        share: shareOf(now),
        waits: waitText(now),
      },
    }),
  }
}
