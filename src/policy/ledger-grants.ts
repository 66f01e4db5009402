import type { Place } from '../state/place.ts'
import type { Scope } from './grants.ts'
import type { Grant } from './statement.ts'

/** What the ledger itself needs: nothing for a file; for a table its rows, and the lock among them. */
export function ledgerGrants(place: Place, writes: boolean, { partition, region, account }: Scope): Grant[] {
  if (place.store === 'file') return []
  const table = [`arn:${partition}:dynamodb:${place.region ?? region}:${account}:table/${place.table}`]
  return [
    {
      purpose: 'ReadOwn',
      actions: ['dynamodb:DescribeTable', 'dynamodb:GetItem', 'dynamodb:Query'],
      resources: table,
    },
    ...(writes
      ? [
          {
            purpose: 'Own',
            actions: [
              'dynamodb:ConditionCheckItem',
              'dynamodb:DeleteItem',
              'dynamodb:PutItem',
              'dynamodb:UpdateItem',
            ],
            resources: table,
          },
        ]
      : []),
  ]
}
