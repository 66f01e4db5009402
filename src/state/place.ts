import { ProvisionError } from '../errors.ts'

/** Where a ledger is kept. */
export type Place =
  | { readonly store: 'file'; readonly path: string }
  /** Without a region: that of the stack. */
  | { readonly store: 'dynamodb'; readonly table: string; readonly region?: string }

/** `file:PATH`, `dynamodb:TABLE` or `dynamodb:REGION/TABLE`. */
export const placePattern = /^(?:file:.+|dynamodb:(?:[a-z]{2}(?:-[a-z]+)+-\d\/)?[\w.-]{3,255})$/

/** Rejects what is no place with code `usage`. */
export function placeOf(text: string): Place {
  if (!placePattern.test(text))
    throw new ProvisionError({
      code: 'usage',
      message: `${text} is not a place for a ledger`,
      hint: 'write file:PATH, dynamodb:TABLE or dynamodb:REGION/TABLE',
    })
  const rest = text.slice(text.indexOf(':') + 1)
  if (text.startsWith('file:')) return { store: 'file', path: rest }
  const [table = '', region] = rest.split('/').toReversed()
  return { store: 'dynamodb', table, ...(region ? { region } : {}) }
}
