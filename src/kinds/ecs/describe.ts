import type { Cluster, ClusterField, Service, ServiceField } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'

export interface ServiceName {
  readonly clusterArn: string
  readonly serviceName: string
}

/** The most that AWS takes in one call. */
const clustersPerCall = 100
const servicesPerCall = 10

/** What the kinds of a cluster have to see of it. */
export const clusterFields: ClusterField[] = ['TAGS', 'SETTINGS']

/** Aligned with `names`. A cluster stays describable as INACTIVE for a while after its deletion. */
export async function describeClusters(
  names: readonly string[],
  include: ClusterField[],
  aws: Aws,
): Promise<(Cluster | undefined)[]> {
  const answers = await Promise.all(
    batchesOf(distinct(names), clustersPerCall).map(clusters =>
      aws.ecs.describeClusters({ clusters, include }),
    ),
  )
  const known = new Map(answers.flatMap(({ clusters = [] }) => clusters).map(one => [one.clusterName, one]))
  return names.map(name => known.get(name))
}

/** Aligned with `wanted`: one call for every ten services of a cluster. Without its cluster a service is absent. */
export async function describeServices(
  wanted: readonly ServiceName[],
  include: ServiceField[],
  aws: Aws,
): Promise<(Service | undefined)[]> {
  const answers = await Promise.all(
    distinct(wanted.map(({ clusterArn }) => clusterArn)).flatMap(cluster => {
      const names = wanted.filter(({ clusterArn }) => clusterArn === cluster)
      return batchesOf(distinct(names.map(({ serviceName }) => serviceName)), servicesPerCall).map(
        async services => {
          const answer = await orAbsent(aws.ecs.describeServices({ cluster, services, include }))
          return (answer?.services ?? []).map(service => ({ cluster, service }))
        },
      )
    }),
  )
  const found = answers.flat()
  return wanted.map(
    ({ clusterArn, serviceName }) =>
      found.find(({ cluster, service }) => cluster === clusterArn && service.serviceName === serviceName)
        ?.service,
  )
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
