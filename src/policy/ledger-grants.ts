import type { Place } from '../state/place.ts'
import type { Scope } from './grants.ts'
import type { Grant } from './statement.ts'

/** What the ledger itself needs: nothing for a file; for a table its rows, and the lock among them. */
export function ledgerGrants(place: Place, writes: boolean, scope: Scope): Grant[] {
  if (place.store === 'file') return []
  const table = [tableArn(place, scope)]
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

/** To make the table, and to protect it: what `provision ledger init` does. */
export function tableGrants(place: Place, scope: Scope): Grant[] {
  if (place.store === 'file') return []
  return [
    {
      purpose: 'Own',
      actions: [
        'dynamodb:CreateTable',
        'dynamodb:DescribeContinuousBackups',
        'dynamodb:UpdateContinuousBackups',
        'dynamodb:UpdateTable',
      ],
      resources: [tableArn(place, scope)],
    },
  ]
}

function tableArn(
  { region, table }: Extract<Place, { store: 'dynamodb' }>,
  { partition, region: home, account }: Scope,
): string {
  return `arn:${partition}:dynamodb:${region ?? home}:${account}:table/${table}`
}
