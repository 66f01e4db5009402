import type { Finding, Path } from '../problems.ts'

const retentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** CloudWatch Logs keeps what it gets for certain terms only. */
export function retentionFindings(days: number, path: Path): Finding[] {
  return retentions.includes(days)
    ? []
    : [
        {
          path,
          message: `CloudWatch does not keep logs for ${days} days`,
          fix: `Use one of ${retentions.join(', ')}.`,
        },
      ]
}
