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
