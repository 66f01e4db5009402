import type { Filter, Instance, Volume } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { batchesOf } from '../../aws/batches.ts'
import { allPages } from '../../aws/pages.ts'

export function describeInstances(Filters: Filter[], { ec2 }: Aws): Promise<Instance[]> {
  return allPages(marker =>
    ec2
      .describeInstances({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ Reservations = [], NextToken }) => ({
        rows: Reservations.flatMap(({ Instances = [] }) => Instances),
        next: NextToken,
      })),
  )
}

/** How `findAll` finds instances. */
export function lookupOf(aws: Aws) {
  return {
    aws,
    resourceType: 'instance' as const,
    byIds: 'instance-id',
    describe: (filters: Filter[]) => describeInstances(filters, aws),
    idOf: ({ InstanceId }: Instance) => InstanceId,
    tagsOf: ({ Tags }: Instance) => Tags,
    // AWS lists terminated ones, with their tags, for about an hour.
    lives: (row: Instance) => !ended.has(stateOf(row)),
  }
}

export const ended: ReadonlySet<string> = new Set(['shutting-down', 'terminated'])

export function stateOf({ State }: Instance): string {
  return State?.Name ?? 'pending'
}

export async function instancesById(
  all: readonly { readonly instanceId: string }[],
  aws: Aws,
): Promise<Map<string | undefined, Instance>> {
  const Values = all.map(({ instanceId }) => instanceId)
  const rows = await describeInstances([{ Name: 'instance-id', Values }], aws)
  return new Map(rows.map(row => [row.InstanceId, row]))
}

/** The most values that a filter takes. */
const valuesPerFilter = 200

/** Of these ARNs, those of instances that have ended: AWS lists them, with their tags, for about an hour. */
export async function endedAmong(arns: readonly string[], aws: Aws): Promise<ReadonlySet<string>> {
  const asked = arns.filter(arn => /^arn:[^:]+:ec2:[^:]*:[^:]*:instance\/./.test(arn))
  const idOf = (arn: string) => arn.slice(arn.indexOf('/') + 1)
  const found = await Promise.all(
    batchesOf(asked.map(idOf), valuesPerFilter).map(Values =>
      describeInstances([{ Name: 'instance-id', Values }], aws),
    ),
  )
  const living = new Set(found.flat().flatMap(row => (ended.has(stateOf(row)) ? [] : [row.InstanceId])))
  return new Set(asked.filter(arn => !living.has(idOf(arn))))
}

interface Wanted {
  /** Undefined where nothing is to be asked. */
  readonly id: string | undefined
  readonly withUserData: boolean
}

/** What DescribeInstances does not show: volumes by their own id, and user data aligned with `wanted`. */
export async function instanceDetails(
  wanted: readonly Wanted[],
  aws: Aws,
): Promise<{ volumes: Map<string | undefined, Volume>; userData: (string | undefined)[] }> {
  const [volumes, userData] = await Promise.all([
    volumesOf(
      wanted.flatMap(({ id }) => id ?? []),
      aws,
    ),
    Promise.all(
      wanted.map(async ({ id, withUserData }) => (id && withUserData ? userDataOf(id, aws) : undefined)),
    ),
  ])
  return { volumes, userData }
}

/** The volumes of these instances by their own id, in one call. */
async function volumesOf(Values: string[], { ec2 }: Aws): Promise<Map<string | undefined, Volume>> {
  if (Values.length === 0) return new Map()
  const Filters = [{ Name: 'attachment.instance-id', Values }]
  const volumes = await allPages(marker =>
    ec2
      .describeVolumes({ Filters, MaxResults: 500, NextToken: marker })
      .then(({ Volumes, NextToken }) => ({ rows: Volumes, next: NextToken })),
  )
  return new Map(volumes.map(one => [one.VolumeId, one]))
}

export function rootVolumeIdOf({ BlockDeviceMappings = [], RootDeviceName }: Instance): string | undefined {
  return BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.VolumeId
}

/** Undefined when there is no such instance any more. */
async function userDataOf(InstanceId: string, { ec2 }: Aws): Promise<string | undefined> {
  const answer = await orAbsent(ec2.describeInstanceAttribute({ InstanceId, Attribute: 'userData' }))
  return answer && Buffer.from(answer.UserData?.Value ?? '', 'base64').toString()
}
