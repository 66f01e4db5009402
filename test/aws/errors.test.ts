import { describe, expect, it } from 'vitest'
import { codeOf, hasCode, meaningOf, orAbsent } from '../../src/aws/errors.ts'
import { awsFault } from '../../src/sandbox/fault.ts'

describe('the meaning of an AWS error', () => {
  it.each([
    ['ThrottlingException', 'Rate exceeded', 'throttled'],
    ['RequestLimitExceeded', 'slow down', 'throttled'],
    ['InvalidVpcID.NotFound', 'no such vpc', 'not-found'],
    ['DBInstanceNotFoundFault', 'no such instance', 'not-found'],
    ['NoSuchEntityException', 'no such role', 'not-found'],
    ['ClientException', 'Unable to describe task definition.', 'not-found'],
    ['EntityAlreadyExistsException', 'there already', 'exists'],
    ['InvalidPermission.Duplicate', 'there already', 'exists'],
    ['DependencyViolation', 'has dependencies', 'in-use'],
    ['UnauthorizedOperation', 'no', 'denied'],
    ['OperationNotPermitted', 'no', 'denied'],
    ['OperationNotPermitted', "'x' cannot be deleted because deletion protection is enabled", 'in-use'],
    ['AccessDeniedException', 'is not authorized to perform: iam:PassRole on resource: x', 'propagating'],
    ['ExpiredTokenException', 'expired', 'credentials'],
    ['VpcLimitExceeded', 'too many', 'quota'],
    ['InvalidDBInstanceStateFault', 'is not available', 'busy'],
    ['InvalidDBInstanceStateFault', 'is already being deleted', 'not-found'],
    ['InternalError', 'oops', 'maybe'],
    ['ValidationError', 'wrong', 'other'],
    ['ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.', 'busy'],
    ['ResourceInUseException', 'The certificate is in use.', 'in-use'],
    ['ClientException', 'Cluster was not ACTIVE', 'busy'],
    [
      'OperationNotPermitted',
      'This AWS account currently does not support creating load balancers. For more information, please contact AWS Support.',
      'not-enabled',
    ],
    [
      'PendingVerification',
      'Your request for accessing resources in this region is being validated',
      'not-enabled',
    ],
    ['OptInRequired', 'You are not subscribed to this service.', 'not-enabled'],
    ['SubscriptionRequiredException', 'The AWS Access Key Id needs a subscription', 'not-enabled'],
    [
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      'exists',
    ],
    [
      'ValidationError',
      'You must use a valid fully-formed launch template. The specified launch template, with template ID lt-0a1b, does not exist.',
      'propagating',
    ],
    [
      'AccessDenied',
      'User: x is not authorized to perform: iam:PassRole on resource: y with an explicit deny in a service control policy',
      'denied',
    ],
    [
      'UnauthorizedOperation',
      'You are not authorized to perform: ec2:RunInstances with an explicit deny in a service control policy',
      'denied',
    ],
    [
      'ClusterQuotaForCustomerExceeded',
      'Quota for customer exceeded. You cannot create more than 300 clusters.',
      'quota',
    ],
    ['MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded', 'quota'],
  ])('of %s "%s" is %s', (name, message, meaning) => {
    expect(meaningOf(awsFault(name, message))).toBe(meaning)
  })

  it('follows from the status where the code says nothing', () => {
    expect(meaningOf(awsFault('Strange', 'x', { status: 503 }))).toBe('maybe')
    expect(meaningOf(awsFault('Strange', 'x', { status: 429 }))).toBe('throttled')
  })

  it('is unclear when the connection broke', () => {
    expect(meaningOf(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))).toBe('maybe')
  })
})

describe('the code of an AWS error', () => {
  it('is the one on the wire where the SDK keeps it', () => {
    expect(codeOf(awsFault('DBInstanceNotFoundFault', 'x', { code: 'DBInstanceNotFound' }))).toBe(
      'DBInstanceNotFound',
    )
    expect(codeOf(awsFault('DependencyViolation', 'x'))).toBe('DependencyViolation')
  })

  it('is compared in either spelling', () => {
    expect(hasCode(awsFault('DBInstanceNotFoundFault', 'x'), 'DBInstanceNotFound')).toBe(true)
    expect(hasCode(awsFault('DependencyViolation', 'x'), 'DBInstanceNotFound')).toBe(false)
  })
})

describe('a call for something that may be absent', () => {
  it('gives undefined for absence and throws everything else', async () => {
    expect(await orAbsent(Promise.reject(awsFault('NoSuchEntity', 'x')))).toBeUndefined()
    await expect(orAbsent(Promise.reject(awsFault('AccessDenied', 'x')))).rejects.toThrow('x')
    expect(await orAbsent(Promise.resolve(7))).toBe(7)
  })
})
