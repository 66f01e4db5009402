import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { fromTagList, isTaggedAs, tagList } from '../../aws/tags.ts'
import { ProvisionError } from '../../errors.ts'
import type { CreateRequest, Kind, KindContext, Observed, ReadRequest } from '../../resources/kind.ts'
import { credentials } from './credentials.ts'

export interface SecretProps {
  /** Unique in the region. */
  readonly name: string
  readonly description?: string | undefined
  /** The user whose password is made with the secret, and only then; without it the secret begins without a value. */
  readonly passwordOf?: string | undefined
}

export interface SecretAttributes {
  readonly name: string
  /** Ends in six random characters: another one after a deletion for good. */
  readonly arn: string
  /** True when a task that starts now would get a value. */
  readonly hasValue: boolean
}

/** For how long a deleted secret can be brought back. AWS takes 7 to 30. */
const recoveryDays = 30

export const secret: Kind<SecretProps, SecretAttributes> = {
  type: 'secretsmanager/secret',
  label: 'secret',
  ownership: 'tags',
  data: 'recoverable',
  replaceOn: ['name'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  withdrawn: {
    description: { becomes: '' },
    passwordOf: { moot: 'it counts only when the secret is made' },
  },
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },
  additions: [
    { what: 'versions of the value', rule: 'left alone', seen: 'never' },
    { what: 'rotation', rule: 'left alone', seen: 'by read' },
  ],

  // Once its deletion is scheduled it is still shown for weeks.
  read: (requests, context) => observedWhere(({ DeletedDate }) => !DeletedDate, requests, context),

  scheduled: (requests, context) =>
    observedWhere(({ DeletedDate }) => DeletedDate !== undefined, requests, context),

  create: async (request, context) => {
    const { props, tags, token } = request
    try {
      const made = await context.aws.secretsmanager.createSecret({
        Name: props.name,
        ClientRequestToken: token,
        ...(props.description ? { Description: props.description } : {}),
        ...(props.passwordOf === undefined
          ? {}
          : { SecretString: await credentials(props.passwordOf, context) }),
        Tags: tagList(tags),
      })
      return { name: made.Name!, arn: made.ARN!, hasValue: props.passwordOf !== undefined }
    } catch (error) {
      if (!hasCode(error, 'InvalidRequestException')) throw error
      const found = await orAbsent(context.aws.secretsmanager.describeSecret({ SecretId: props.name }))
      if (!found?.DeletedDate) throw error
      return restore(found, request, context)
    }
  },

  update: async ({ attributes, props }, { aws }) => {
    await aws.secretsmanager.updateSecret({
      SecretId: attributes.arn,
      Description: props.description ?? '',
    })
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0)
      await aws.secretsmanager.tagResource({ SecretId: arn, Tags: tagList(set) })
    if (remove.length > 0) await aws.secretsmanager.untagResource({ SecretId: arn, TagKeys: [...remove] })
  },

  delete: async ({ attributes: { arn }, dataMayGo }, { aws }) => {
    try {
      await orAbsent(
        aws.secretsmanager.deleteSecret({
          SecretId: arn,
          ...(dataMayGo ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: recoveryDays }),
        }),
      )
    } catch (error) {
      // Its deletion has begun already.
      if (!hasCode(error, 'InvalidRequestException') || !/deletion|deleted/.test(String(error))) throw error
    }
  },
}

type Request = ReadRequest<SecretProps, SecretAttributes>

function observedWhere(
  wanted: (found: DescribeSecretResponse) => boolean,
  requests: readonly Request[],
  { aws }: KindContext,
): Promise<(Observed<SecretProps, SecretAttributes> | undefined)[]> {
  return Promise.all(
    requests.map(async ({ attributes, props }) => {
      const found = await orAbsent(
        aws.secretsmanager.describeSecret({ SecretId: attributes?.arn ?? props.name! }),
      )
      if (!found || !wanted(found)) return undefined
      return {
        attributes: attributesOf(found),
        props: { name: found.Name!, description: found.Description ?? '', passwordOf: props.passwordOf },
        tags: fromTagList(found.Tags),
        ...(found.RotationEnabled && { unmanaged: ['rotation is on'] }),
      }
    }),
  )
}

/** A name whose secret is on its way out cannot be given again: our own comes back, with the value it had. */
async function restore(
  found: DescribeSecretResponse,
  { props, tags }: CreateRequest<SecretProps>,
  { aws }: KindContext,
): Promise<SecretAttributes> {
  if (!isTaggedAs(fromTagList(found.Tags), tags))
    throw new ProvisionError({
      code: 'refused',
      message: `a secret ${props.name} that does not belong to this stack is scheduled for deletion, and holds the name until then`,
      hint: 'give this one another name in the config',
    })
  const SecretId = found.ARN!
  await aws.secretsmanager.restoreSecret({ SecretId })
  await aws.secretsmanager.tagResource({ SecretId, Tags: tagList(tags) })
  if (props.description !== undefined && props.description !== found.Description)
    await aws.secretsmanager.updateSecret({ SecretId, Description: props.description })
  return attributesOf(found)
}

function attributesOf({ Name, ARN, VersionIdsToStages = {} }: DescribeSecretResponse): SecretAttributes {
  const current = Object.values(VersionIdsToStages).some(stages => stages.includes('AWSCURRENT'))
  return { name: Name!, arn: ARN!, hasValue: current }
}
