import { codeOf, meaningOf } from '../../aws/errors.ts'
import { ProvisionError } from '../../errors.ts'

const names = (location: string) => location.replace(/^dynamodb:/, '')

/** What DynamoDB refused, in words. `environment`: whose ledger is looked for. */
export function unreached(location: string, error: unknown, environment?: string): ProvisionError {
  if (error instanceof ProvisionError) return error
  const { message = '' } = error as { readonly message?: string }
  const meaning = meaningOf(error)
  if (meaning === 'not-found')
    return new ProvisionError({
      code: 'ledger',
      message: `There is no table ${names(location)} in this account and region.`,
      hint: `Make it once for the team: provision ledger init --ledger ${location}${environment ? ` -e ${environment}` : ''}`,
      cause: error,
    })
  const credentials = meaning === 'credentials' || /credential|token|profile|sso/i.test(message)
  if (credentials || meaning === 'denied')
    return new ProvisionError({
      code: 'access',
      message: credentials
        ? `AWS did not accept any credentials for the ledger ${location}: ${message}`
        : `The ledger ${location} may not be used with these credentials: ${message}`,
      hint: credentials
        ? 'set AWS_PROFILE, sign in with `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
        : 'allow what docs/ledger.md lists: dynamodb:GetItem, Query, PutItem, DeleteItem on the table',
      cause: error,
    })
  return new ProvisionError({
    code: 'ledger',
    message: `The ledger ${location} cannot be reached: ${codeOf(error)}: ${message}`,
    hint: 'Check the network and AWS_ENDPOINT_URL_DYNAMODB, then run the same command again',
    cause: error,
  })
}

/** A write whose outcome is not known, or that DynamoDB refused. */
export function unwritten(location: string, error: unknown): ProvisionError {
  if (error instanceof ProvisionError) return error
  const { code, message, hint } = unreached(location, error)
  return new ProvisionError({
    code,
    message: `${message} Nothing more is written, and nothing more is sent to AWS.`,
    hint: code === 'ledger' ? 'Run the same command again: it resumes' : hint,
    cause: error,
  })
}
