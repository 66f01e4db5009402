import { expect, it } from 'vitest'
import { retriedFinding, retriedIn } from './attempts.ts'
import type { Write } from './wire.ts'

const attempt = (at: number, operation: string, error?: string): Write => ({
  operation,
  site: `${operation}#0`,
  input: '{}',
  at: at * 1000,
  ...(error === undefined ? {} : { error, blocked: error === 'DependencyViolation' }),
})

it('a call that AWS never took was repeated in vain', () => {
  const writes = [
    attempt(0, 'DeleteSubnet', 'DependencyViolation'),
    attempt(10, 'DeleteVpc', 'DependencyViolation'),
    attempt(40, 'DeleteSubnet', 'DependencyViolation'),
    attempt(90, 'DeleteVpc', 'DependencyViolation'),
  ]
  expect(retriedIn(writes)).toBe(80)
  expect(retriedFinding(writes, 80)).toMatch(/for 80 s: DeleteVpc DependencyViolation/)
})

it('one that AWS took in the end was not, and neither was one that failed for another reason', () => {
  expect(retriedIn([attempt(0, 'DeleteSubnet', 'DependencyViolation'), attempt(60, 'DeleteSubnet')])).toBe(0)
  expect(retriedIn([attempt(0, 'CreateVpc', 'Throttling'), attempt(60, 'CreateVpc', 'Throttling')])).toBe(0)
  expect(retriedIn([])).toBe(0)
})
