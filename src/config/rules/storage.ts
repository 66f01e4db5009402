import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'

/** S3 takes no rule without an action, and no transition that its storage class forbids. */
export function bucketRules({ buckets }: StackConfig): Finding[] {
  return Object.entries(buckets).flatMap(([name, { versioned, lifecycle }]) =>
    lifecycle.flatMap(({ expireDays, expireNoncurrentDays, transitions = [] }, index): Finding[] => {
      const path = ['buckets', name, 'lifecycle', index]
      const findings: Finding[] = []
      if (expireDays === undefined && expireNoncurrentDays === undefined && transitions.length === 0)
        findings.push({
          path,
          message: 'says nothing that S3 should do',
          fix: 'Add expireDays, expireNoncurrentDays or transitions.',
        })
      if (expireNoncurrentDays !== undefined && !versioned)
        findings.push({
          path: [...path, 'expireNoncurrentDays'],
          message: 'needs older versions, and the bucket keeps none',
          fix: 'Set versioned to true.',
        })
      transitions.forEach(({ days, storageClass }, position) => {
        if (storageClass.endsWith('_IA') && days < 30)
          findings.push({
            path: [...path, 'transitions', position, 'days'],
            message: `S3 moves nothing to ${storageClass} before 30 days`,
            fix: 'Use 30 or more.',
          })
        if (expireDays !== undefined && days >= expireDays)
          findings.push({
            path: [...path, 'transitions', position, 'days'],
            message: `is not before the objects expire, after ${expireDays} days`,
            fix: 'Move them earlier, or let them live longer.',
          })
      })
      return findings
    }),
  )
}
