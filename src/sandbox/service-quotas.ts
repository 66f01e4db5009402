import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'

/** Those that the embedded AWS holds to, or that a new account has: `SERVICE/CODE`. */
const values: Readonly<Record<string, number>> = {
  'vpc/L-F678F1CE': 5,
  'vpc/L-A4707A72': 5,
  'vpc/L-0EA8095F': 60,
  'ec2/L-0263D0A3': 5,
  'ec2/L-1216C47A': 5,
  'vpc/L-FE5A380F': 5,
  'fargate/L-3032A538': 6,
  'fargate/L-36FBB829': 6,
}

export const serviceQuotas: SandboxService<'serviceQuotas'> = {
  getServiceQuota: ({ ServiceCode, QuotaCode }) => {
    const Value = values[`${ServiceCode}/${QuotaCode}`]
    // A quota that nobody has raised may have no value but AWS's default.
    if (Value === undefined)
      throw awsFault('NoSuchResourceException', 'The specified resource does not exist.')
    return { Quota: { ServiceCode, QuotaCode, Value, Adjustable: true } }
  },
}
