import { hasCode, meaningOf } from './errors.ts'

interface Advice {
  readonly codes?: readonly string[]
  readonly message?: RegExp
  /** What to do, where the operation that AWS refused is known. */
  readonly advice: (operation: string) => string
}

const again = 'then run the same command again'

/**
 * What AWS refuses for a reason that the class of its error does not tell. First match wins. The words about denials are
 * those of the IAM user guide, "Troubleshoot access denied error messages".
 */
const table: readonly Advice[] = [
  {
    message:
      /explicit deny in a (service|resource) control policy|no (service|resource) control policy allows/i,
    advice: operation =>
      `a policy of the AWS organisation forbids ${operation} in this account or region, and no policy in the account can allow it: ask the administrators of the organisation for an exception, or use another account or region; ${again}`,
  },
  {
    message: /explicit deny in a permissions boundary|no permissions boundary allows/i,
    advice: operation =>
      `the permissions boundary of the credentials in use does not allow ${operation}: whoever has set it has to extend it; ${again}`,
  },
  {
    message: /explicit deny in a session policy|no session policy allows/i,
    advice: operation =>
      `the session policy that came with the credentials does not allow ${operation}: assume the role without it, or extend it; ${again}`,
  },
  {
    message: /explicit deny in a VPC endpoint policy|no VPC endpoint policy allows/i,
    advice: operation =>
      `the policy of the VPC endpoint through which this call goes does not allow ${operation}: extend it, or run the command elsewhere`,
  },
  {
    message: /explicit deny in an? /i,
    advice: operation =>
      `a Deny statement forbids ${operation}, whatever else is allowed: remove it from the policy that AWS names; ${again}`,
  },
  {
    message: /iam:PassRole/,
    advice: () =>
      `allow iam:PassRole on this role for the credentials in use (provision policy up prints it); ${again}`,
  },
  {
    codes: ['PendingVerification'],
    advice: () =>
      `AWS verifies new accounts in each region, within minutes and at most four hours, and sends an e-mail when it is done: wait, ${again}`,
  },
  {
    codes: ['OptInRequired', 'SubscriptionRequiredException'],
    advice: () =>
      `complete the registration of this account (payment method, phone number, support plan) at https://portal.aws.amazon.com/billing/signup?type=resubscribe; ${again}`,
  },
  {
    message: /account currently does not support creating load balancers/i,
    advice: () =>
      `AWS has not enabled load balancers for this account, which happens to new ones: open a case with AWS Support (service: Elastic Load Balancing) that quotes this message; ${again}`,
  },
  {
    codes: ['Unsupported', 'InvalidFleetConfiguration'],
    message: /not supported in your requested Availability Zone/i,
    advice: () =>
      `this zone does not have the instance type: choose other zones (network.zones, those that AWS names) or another instance type; aws ec2 describe-instance-type-offerings --location-type availability-zone --filters Name=instance-type,Values=TYPE lists the zones of a type`,
  },
  {
    codes: [
      'InsufficientInstanceCapacity',
      'InsufficientDBInstanceCapacity',
      'InsufficientCacheClusterCapacity',
    ],
    advice: () =>
      `AWS has no capacity of this type in this zone at the moment, and no quota changes that: run the same command again later, or choose another type or zone`,
  },
]

/** What to do about an error for which its class alone says too little; undefined where it says enough. */
export function adviceOn(error: unknown, operation = 'this action'): string | undefined {
  const { message = '' } = error as { readonly message?: string }
  const found = table.find(
    ({ codes, message: words }) => (!codes || hasCode(error, ...codes)) && (!words || words.test(message)),
  )
  if (found) return found.advice(operation)
  return meaningOf(error) === 'not-enabled'
    ? `open a case with AWS Support (service: Account) that quotes this message; ${again}`
    : undefined
}
