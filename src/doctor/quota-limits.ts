import type { Aws } from '../aws/aws.ts'
import { meaningOf, orAbsent } from '../aws/errors.ts'

/** One of AWS's quotas, as Service Quotas knows it. */
export interface Quota {
  /** `VPCs per Region`. */
  readonly name: string
  readonly serviceCode: string
  readonly quotaCode: string
  /** What AWS gives a new account. */
  readonly usual: number
}

export interface Limit {
  readonly value: number
  /** Nobody could be asked: it is what AWS gives a new account. */
  readonly assumed: boolean
}

/** What this account may have here. */
export async function limitOf({ serviceCode, quotaCode, usual }: Quota, aws: Aws): Promise<Limit> {
  try {
    // Only quotas that were raised, or that AWS measures, have a value of their own.
    const answer = await orAbsent(
      aws.serviceQuotas.getServiceQuota({ ServiceCode: serviceCode, QuotaCode: quotaCode }),
    )
    return { value: answer?.Quota?.Value ?? usual, assumed: false }
  } catch (error) {
    if (meaningOf(error) !== 'denied') throw error
    return { value: usual, assumed: true }
  }
}

/** `5 allowed`, and how that is known. */
export function allowedText({ value, assumed }: Limit): string {
  return assumed
    ? `${value} allowed unless raised (servicequotas:GetServiceQuota is not permitted)`
    : `${value} allowed`
}

/** The command that asks AWS for more. */
export function raiseHint({ serviceCode, quotaCode }: Quota, wanted: number): string {
  return `free some, or ask for more: aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${wanted}`
}
