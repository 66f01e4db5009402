import { allPages } from '../../aws/pages.ts'
import type { ReadRequest } from '../../resources/kind.ts'
import { describeEach } from './describe.ts'

/** The members of ELBv2's describe calls that load balancers and target groups share, ARNs under a common name. */
interface Selection {
  readonly arns?: string[]
  readonly Names?: string[]
  readonly Marker?: string | undefined
  readonly PageSize?: number
}

interface Lookup<Row> {
  readonly describe: (selection: Selection) => Promise<{ rows: Row[] | undefined; next: string | undefined }>
  readonly arnOf: (row: Row) => string | undefined
  readonly nameOf: (row: Row) => string | undefined
}

/**
 * Each requested row: by its recorded ARN, or else by its name. Several names at once are looked up in the list of
 * all, because one unknown name fails a call by names, and before the first `up` all of them are unknown.
 */
export async function findNamed<P extends { readonly name: string }, A extends { readonly arn: string }, Row>(
  requests: readonly ReadRequest<P, A>[],
  { describe, arnOf, nameOf }: Lookup<Row>,
): Promise<(Row | undefined)[]> {
  const recorded = requests.flatMap(({ attributes }) => (attributes ? [attributes.arn] : []))
  const names = requests.flatMap(({ attributes, props }) =>
    attributes || props.name === undefined ? [] : [props.name],
  )
  const [byArn, byName] = await Promise.all([
    describeEach(recorded, arns => describe({ arns }).then(({ rows }) => rows)),
    names.length > 1
      ? allPages(Marker => describe({ Marker, PageSize: 400 }))
      : describeEach(names, Names => describe({ Names }).then(({ rows }) => rows)),
  ])
  return requests.map(({ attributes, props }) =>
    attributes
      ? byArn.find(row => arnOf(row) === attributes.arn)
      : byName.find(row => nameOf(row) === props.name),
  )
}

/** What CloudWatch calls it: `app/name/hash`, `targetgroup/name/hash`. */
export function fullNameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '')
}
