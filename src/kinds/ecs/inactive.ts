import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'

/** Those of these ARNs that are task definitions nobody can run any more: ECS keeps them, with their tags, for good. */
export async function inactiveAmong(arns: readonly string[], aws: Aws): Promise<ReadonlySet<string>> {
  const revisions = arns.filter(arn => arn.includes(':task-definition/'))
  const found = await Promise.all(
    revisions.map(taskDefinition => orAbsent(aws.ecs.describeTaskDefinition({ taskDefinition }))),
  )
  return new Set(revisions.filter((_arn, index) => found[index]?.taskDefinition?.status !== 'ACTIVE'))
}
