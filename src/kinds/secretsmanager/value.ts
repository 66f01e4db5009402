import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList } from '../../aws/tags.ts'
import type { Tags } from '../../resources/kind.ts'

export interface SecretState {
  readonly arn: string
  readonly tags: Tags
  /** True when tasks that start now would get a value. */
  readonly hasValue: boolean
  /** When anything about it was changed last. Milliseconds since the epoch. */
  readonly changed: number | undefined
}

/** What AWS shows of a secret, its value aside; undefined when there is none of that name. */
export async function secretState(aws: Aws, name: string): Promise<SecretState | undefined> {
  const found = await orAbsent(aws.secretsmanager.describeSecret({ SecretId: name }))
  if (!found?.ARN || found.DeletedDate) return undefined
  return {
    arn: found.ARN,
    tags: fromTagList(found.Tags),
    hasValue: Object.values(found.VersionIdsToStages ?? {}).some(stages => stages.includes('AWSCURRENT')),
    changed: found.LastChangedDate?.getTime(),
  }
}

/** `secretId`: its name or ARN. Makes `value` the current one. It goes to AWS and nowhere else. */
export async function putSecretValue(
  aws: Aws,
  secretId: string,
  { value, token }: { readonly value: string; readonly token: string },
): Promise<void> {
  await aws.secretsmanager.putSecretValue({
    SecretId: secretId,
    SecretString: value,
    ClientRequestToken: token,
  })
}
