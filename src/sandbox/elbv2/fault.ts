import { awsFault } from '../fault.ts'

/** A modelled ELBv2 error: the SDK's name is the wire code with `Exception` behind it. */
export function elbFault(code: string, message: string): Error {
  return awsFault(`${code}Exception`, message, { code })
}

/** Not in AWS's model, so the SDK shows the wire code as it is. */
export function validationError(message: string): Error {
  return awsFault('ValidationError', message)
}
