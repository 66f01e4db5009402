import { describe, expect, it } from 'vitest'
import { problemOf, throwingFailures } from '../../src/engine/problem.ts'
import { awsFault } from '../../src/sandbox/fault.ts'

const denied = 'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ec2:RunInstances'

describe('what to do about an error of AWS', () => {
  it.each([
    ['AccessDenied', denied, /allow RunInstances in the policy of the credentials in use/],
    [
      'UnauthorizedOperation',
      `${denied} with an explicit deny in a service control policy`,
      /organisation forbids RunInstances.*ask the administrators of the organisation/,
    ],
    [
      'AccessDenied',
      `${denied} because no service control policy allows the ec2:RunInstances action`,
      /organisation forbids RunInstances/,
    ],
    [
      'AccessDenied',
      `${denied} with an explicit deny in a permissions boundary`,
      /permissions boundary of the credentials/,
    ],
    [
      'AccessDenied',
      `${denied} because no session policy allows the ec2:RunInstances action`,
      /session policy/,
    ],
    [
      'AccessDenied',
      `${denied} with an explicit deny in an identity-based policy`,
      /a Deny statement forbids RunInstances/,
    ],
    [
      'AccessDenied',
      'User: x is not authorized to perform: iam:PassRole on resource: y',
      /allow iam:PassRole on this role/,
    ],
    [
      'OperationNotPermitted',
      'This AWS account currently does not support creating load balancers. For more information, please contact AWS Support.',
      /not enabled load balancers for this account.*AWS Support/,
    ],
    [
      'PendingVerification',
      'Your request for accessing resources in this region is being validated',
      /at most four hours/,
    ],
    [
      'SubscriptionRequiredException',
      'The AWS Access Key Id needs a subscription',
      /complete the registration/,
    ],
    ['Blocked', 'This account is currently blocked', /open a case with AWS Support/],
    [
      'Unsupported',
      'Your requested instance type (t4g.micro) is not supported in your requested Availability Zone (us-east-1e).',
      /choose other zones/,
    ],
    ['InsufficientInstanceCapacity', 'We currently do not have sufficient capacity', /no quota changes that/],
    ['VpcLimitExceeded', 'The maximum number of VPCs has been reached.', /Service Quotas/],
    ['ExpiredToken', 'expired', /sign in again/],
  ])('%s "%s" is said', (name, message, hint) => {
    const error = Object.assign(awsFault(name, message), { operation: 'RunInstances' })
    expect(problemOf(error).hint).toMatch(hint)
  })

  it('is a matter of access where the account itself may not do it yet', async () => {
    const failing = () =>
      throwingFailures(() => Promise.reject(awsFault('PendingVerification', 'is being validated')))
    await expect(failing()).rejects.toMatchObject({ code: 'access' })
  })
})
