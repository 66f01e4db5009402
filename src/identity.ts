import type { AwsConnection } from './aws/aws.ts'
import { adviceOn } from './aws/advice.ts'
import { hasCode, meaningOf } from './aws/errors.ts'
import { isOptIn } from './aws/regions.ts'
import type { StackConfig } from './config/schema/stack.ts'
import type { Random } from './effects/random.ts'
import { ProvisionError } from './errors.ts'
import type { KindContext } from './resources/kind.ts'
import type { LedgerContent } from './state/entry.ts'

interface Caller {
  readonly account: string
  readonly arn: string
}

/** Who we are; asked once, and refused in another account than that of the config. AWS: GetCallerIdentity. */
export function callerIn(
  { aws }: AwsConnection,
  { account: expected, region }: Pick<StackConfig, 'account' | 'region'>,
): () => Promise<Caller> {
  let asked: Promise<Caller> | undefined
  const ask = async () => {
    const { Account = '', Arn = '' } = await aws.sts.getCallerIdentity({}).catch((error: unknown) => {
      throw accessError(error, region)
    })
    if (expected !== undefined && Account !== expected) throw otherAccount(Account, 'the config', expected)
    return { account: Account, arn: Arn }
  }
  return () => (asked ??= ask())
}

/** Holds who we are against config and ledger. Throws with code `access`. */
export async function identify(
  { aws }: AwsConnection,
  caller: () => Promise<Caller>,
  config: StackConfig,
  content: LedgerContent | undefined,
  random: Random,
): Promise<KindContext> {
  const { account, arn } = await caller()
  const pinned = content?.header
  if (pinned && pinned.account !== account && config.account === undefined)
    throw otherAccount(account, 'the ledger', pinned.account)
  if (pinned && pinned.account !== account)
    throw new ProvisionError({
      code: 'access',
      message: `the ledger belongs to account ${pinned.account}, these credentials to ${account}`,
      hint: `use credentials of account ${pinned.account}, or name another ledger with --ledger`,
    })
  if (pinned && pinned.region !== config.region)
    throw new ProvisionError({
      code: 'access',
      message: `the ledger belongs to region ${pinned.region}, the config says ${config.region}`,
      hint: `set region: ${pinned.region} in the config, or tear the stack down there first`,
    })
  return { aws, account, region: config.region, partition: arn.split(':')[1] ?? 'aws', random }
}

/** What AWS answers both to credentials that it does not know and to those of an account without the region. */
const likeNotEnabled = ['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure', 'OptInRequired']

function otherAccount(account: string, who: string, expected: string): ProvisionError {
  return new ProvisionError({
    code: 'access',
    message: `these credentials belong to account ${account}, but ${who} says ${expected}`,
    hint: `use credentials of account ${expected} (AWS_PROFILE or --profile)`,
  })
}

function accessError(error: unknown, region: string): ProvisionError {
  const { message = '' } = error as { message?: string }
  if (isOptIn(region) && hasCode(error, ...likeNotEnabled))
    return new ProvisionError({
      code: 'access',
      message: `AWS did not accept the credentials in ${region}: ${message}`,
      hint: `an account has to enable ${region} before it can be used: aws account enable-region --region-name ${region}, which takes some minutes (aws account get-region-opt-status --region-name ${region} shows whether it is). If it is enabled, sign in again`,
      cause: error,
    })
  if (meaningOf(error) === 'not-enabled')
    return new ProvisionError({
      code: 'access',
      message: `AWS does not serve this account yet: ${message}`,
      hint: adviceOn(error)!,
      cause: error,
    })
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
