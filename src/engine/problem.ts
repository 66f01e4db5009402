import { adviceOn } from '../aws/advice.ts'
import { codeOf, meaningOf } from '../aws/errors.ts'
import { ProvisionError } from '../errors.ts'
import type { Problem } from '../events/event.ts'

interface Fault {
  readonly message?: string
  readonly operation?: string
  readonly $metadata?: { readonly requestId?: string }
}

/** An error as people are to read it: AWS's own words, its code and request id, and what to do next. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProvisionError) return { message: error.message, hint: error.hint }
  const { message = String(error), operation, $metadata } = error as Fault
  if (!$metadata) return { message, hint: 'run the same command again: it goes on from here' }
  return {
    message,
    code: codeOf(error),
    ...(operation ? { operation } : {}),
    ...($metadata.requestId ? { requestId: $metadata.requestId } : {}),
    hint: hintFor(error, operation),
  }
}

/** Does work that a whole command depends on; what AWS refuses is thrown as an error for people. */
export async function throwingFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw failureOf(error)
  }
}

/** Code `access` when the credentials may not make the call or have expired, else `failed`. */
function failureOf(error: unknown): unknown {
  const { $metadata } = error as Fault
  const meaning = meaningOf(error)
  if (error instanceof ProvisionError || (!$metadata && meaning !== 'maybe')) return error
  const { message, code, operation, requestId, hint } = problemOf(error)
  const by = [operation, code, requestId && `request ${requestId}`].filter(Boolean).join(', ')
  return new ProvisionError({
    code: ['denied', 'credentials', 'not-enabled'].includes(meaning) ? 'access' : 'failed',
    message: by ? `${message} (${by})` : message,
    hint,
    cause: error,
  })
}

function hintFor(error: unknown, operation: string | undefined): string {
  const special = adviceOn(error, operation)
  if (special !== undefined) return special
  switch (meaningOf(error)) {
    case 'denied':
      return `allow ${operation ?? 'this action'} in the policy of the credentials in use, then run the same command again`
    case 'credentials':
      return 'sign in again (aws sso login, or fresh keys), then run the same command: it goes on from here'
    case 'quota':
      return 'raise this quota in the Service Quotas console or free something, then run the same command again'
    case 'exists':
    case 'taken':
      return 'give it another name in the config, or remove the other one if nobody needs it'
    case 'in-use':
      return 'remove what still uses it, then run the same command again'
    default:
      return 'fix the cause, then run the same command again: it goes on from here'
  }
}
