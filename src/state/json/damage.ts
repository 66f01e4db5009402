import { ProvisionError } from '../../errors.ts'

/** The refusal of bytes that cannot be trusted. They are never read as a new stack. */
export function damaged(path: string, what: string, cause?: unknown): ProvisionError {
  return new ProvisionError({
    code: 'ledger',
    message: `The ledger ${path} ${what}`,
    hint: `Put an intact copy in its place (the previous one is ${path}.backup), or run: provision ledger rebuild`,
    cause,
  })
}
