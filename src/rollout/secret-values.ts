import type { Aws } from '../aws/aws.ts'
import { secretState } from '../kinds/secretsmanager/value.ts'
import { secureStringState } from '../kinds/ssm/secure-string.ts'
import type { Live } from './live.ts'

/**
 * The secrets of a service that have no value, by name: ECS would start none of its tasks. What may not be looked at is
 * not among them.
 */
export async function secretsWithoutValue({ taskDefinition }: Live, aws: Aws): Promise<string[]> {
  const wanted = (taskDefinition.containerDefinitions ?? [])
    .flatMap(({ secrets = [] }) => secrets)
    .map(({ valueFrom = '' }) => valueFrom)
  const found = await Promise.all(
    [...new Set(wanted)].map(async arn => {
      const state = await stateOf(arn, aws).catch(() => undefined)
      return state && !state.hasValue ? nameIn(arn) : []
    }),
  )
  return [...new Set(found.flat())].toSorted()
}

/** `arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/api-key-AbCdEf:key::`, or a parameter's ARN. */
function stateOf(valueFrom: string, aws: Aws) {
  const [parameter] = /(?<=:parameter)\/.+$/.exec(valueFrom) ?? []
  return parameter === undefined
    ? secretState(aws, valueFrom.split(':').slice(0, 7).join(':'))
    : secureStringState(aws, parameter)
}

/** Secrets Manager adds six characters to the name. */
function nameIn(valueFrom: string): string {
  const [parameter] = /(?<=:parameter)\/.+$/.exec(valueFrom) ?? []
  return parameter ?? valueFrom.split(':')[6]!.replace(/-\w{6}$/, '')
}
