export interface AwsFaultOptions {
  readonly status?: number
  /** The wire code, where the SDK shows a different one in `name` (RDS, ElastiCache, ELBv2, IAM). */
  readonly code?: string
}

/**
 * An error as SDK v3 would show it. `name` is spelled as the SDK spells it: EC2's wire code (`InvalidVpcID.NotFound`),
 * a modelled exception's class name (`DBInstanceNotFoundFault`) or an unmodelled code (`InvalidParameterValue`).
 */
export function awsFault(name: string, message: string, { status = 400, code }: AwsFaultOptions = {}): Error {
  return Object.assign(new Error(message), {
    name,
    ...(code ? { Code: code } : {}),
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status },
  })
}

/** A mistake of ours, not of AWS: an operation or member that the embedded AWS does not know. Never retried. */
export class SandboxGap extends TypeError {
  constructor(message: string) {
    super(`embedded AWS: ${message}`)
    this.name = 'SandboxGap'
  }
}
