import type { AwsConnection } from './aws/aws.ts'
import { meaningOf } from './aws/errors.ts'
import type { StackConfig } from './config/schema/stack.ts'
import { ProvisionError } from './errors.ts'
import type { KindContext } from './resources/kind.ts'
import type { LedgerContent } from './state/entry.ts'

/** Asks AWS who we are and holds it against config and ledger. Throws with code `access`. AWS: GetCallerIdentity. */
export async function identify(
  { aws }: AwsConnection,
  config: StackConfig,
  content: LedgerContent | undefined,
): Promise<KindContext> {
  const { Account = '', Arn = '' } = await aws.sts.getCallerIdentity({}).catch((error: unknown) => {
    throw accessError(error)
  })
  const pinned = content?.header
  const expected = config.account ?? pinned?.account ?? Account
  if (Account !== expected)
    throw new ProvisionError({
      code: 'access',
      message: `these credentials belong to account ${Account}, but ${config.account ? 'the config' : 'the ledger'} says ${expected}`,
      hint: `use credentials of account ${expected} (AWS_PROFILE or --profile)`,
    })
  if (pinned && pinned.account !== Account)
    throw new ProvisionError({
      code: 'access',
      message: `the ledger belongs to account ${pinned.account}, these credentials to ${Account}`,
      hint: `use credentials of account ${pinned.account}, or name another ledger with --ledger`,
    })
  if (pinned && pinned.region !== config.region)
    throw new ProvisionError({
      code: 'access',
      message: `the ledger belongs to region ${pinned.region}, the config says ${config.region}`,
      hint: `set region: ${pinned.region} in the config, or tear the stack down there first`,
    })
  return { aws, account: Account, region: config.region, partition: Arn.split(':')[1] ?? 'aws' }
}

function accessError(error: unknown): ProvisionError {
  const { message = '' } = error as { message?: string }
  const credentials = meaningOf(error) === 'credentials' || /credential|token|profile|sso/i.test(message)
  return new ProvisionError({
    code: 'access',
    message: credentials
      ? `AWS did not accept any credentials: ${message}`
      : `AWS cannot be reached: ${message}`,
    hint: credentials
      ? 'set AWS_PROFILE, sign in with `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or rehearse with --sandbox'
      : 'check the network and AWS_ENDPOINT_URL, or rehearse with --sandbox',
    cause: error,
  })
}
