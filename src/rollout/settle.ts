import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import type { Release } from '../state/release.ts'
import type { Live } from './live.ts'
import { isOver } from './live.ts'
import { verdictOn } from './outcome.ts'

/** Milliseconds by which our clock may be ahead of AWS's. */
const skew = 60_000
/** The most that AWS describes in one call. */
const perCall = 20

/**
 * The releases with what ECS knows of those whose run died before it could write down how they ended. AWS is the truth,
 * the ledger only remembers.
 */
export async function settled(
  releases: readonly Release[],
  { deployments }: Pick<Live, 'deployments'>,
  aws: Aws,
): Promise<readonly Release[]> {
  const found = await deploymentsOf(releases, deployments, aws)
  return releases.map(release => {
    const known = found.get(release.number)
    if (!known) return release
    const begun = {
      ...release,
      ...(known.serviceDeploymentArn && { deployment: known.serviceDeploymentArn }),
    }
    if (!isOver(known.status)) return begun
    const { outcome, why } = verdictOn(known, undefined, release.abortedBy)
    return {
      ...begun,
      outcome,
      ...(known.finishedAt && { finished: known.finishedAt.getTime() }),
      ...(why !== undefined && { why }),
    }
  })
}

/** The deployment of each release that the ledger calls running, by the release's number. */
async function deploymentsOf(
  releases: readonly Release[],
  deployments: readonly ServiceDeploymentBrief[],
  aws: Aws,
): Promise<ReadonlyMap<number, ServiceDeploymentBrief>> {
  const claimed = new Set(releases.map(({ deployment }) => deployment))
  const free = deployments.filter(({ serviceDeploymentArn }) => !claimed.has(serviceDeploymentArn))
  const open = releases.filter(({ outcome }) => outcome === 'running')
  // A run that died between ECS's answer and the ledger left it without the deployment; the revision tells whose it is.
  const lost = open.some(({ deployment }) => deployment === undefined)
  const definitions = lost ? await taskDefinitionsOf(free, aws) : new Map<string, string>()
  const isOf = ({ deployment, taskDefinition, started }: Release, one: ServiceDeploymentBrief) =>
    deployment === undefined
      ? definitions.get(one.serviceDeploymentArn ?? '') === taskDefinition &&
        (one.createdAt?.getTime() ?? 0) >= started - skew
      : one.serviceDeploymentArn === deployment
  return new Map(
    open.flatMap(release => {
      const known = deployments.find(one => isOf(release, one))
      return known ? [[release.number, known] as const] : []
    }),
  )
}

/** What each deployment brings into service, by the deployment's ARN; of the newest ones. */
export async function taskDefinitionsOf(
  deployments: readonly ServiceDeploymentBrief[],
  aws: Aws,
): Promise<ReadonlyMap<string, string>> {
  const newest = deployments.filter(one => one.targetServiceRevisionArn !== undefined).slice(0, perCall)
  if (newest.length === 0) return new Map()
  const { serviceRevisions = [] } = await aws.ecs.describeServiceRevisions({
    serviceRevisionArns: newest.flatMap(one => one.targetServiceRevisionArn ?? []),
  })
  const byRevision = new Map(serviceRevisions.map(one => [one.serviceRevisionArn, one.taskDefinition]))
  return new Map(
    newest.flatMap(({ serviceDeploymentArn, targetServiceRevisionArn }) => {
      const taskDefinition = byRevision.get(targetServiceRevisionArn)
      return serviceDeploymentArn && taskDefinition ? [[serviceDeploymentArn, taskDefinition] as const] : []
    }),
  )
}
