import type { StackConfig } from '../config/schema/stack.ts'
import type { Declare, Handle } from './declare.ts'
import { parameterNameOf, secretNameOf } from './names.ts'

export type Secret = Handle<'secretsmanager/secret'>

export interface Parameter {
  readonly parameter: Handle<'ssm/parameter'>
  readonly parameterName: string
  readonly value: string
}

/** Made without a value: that one never passes through config, plan or ledger. */
export function secrets(declare: Declare, config: StackConfig): ReadonlyMap<string, Secret> {
  return new Map(
    Object.entries(config.secrets).map(([name, { description }]) => {
      const secretName = secretNameOf(config, name)
      return [
        name,
        declare(
          secretAddress(name),
          'secretsmanager/secret',
          { name: secretName, description },
          { name: secretName, origin: `secrets.${name}` },
        ),
      ]
    }),
  )
}

/** Where the secret of this name stands in the stack. */
export function secretAddress(name: string): string {
  return `data/${name}`
}

export function parameters(declare: Declare, config: StackConfig): ReadonlyMap<string, Parameter> {
  return new Map(
    Object.entries(config.parameters).map(([name, { value }]) => {
      const parameterName = parameterNameOf(config, name)
      const parameter = declare(
        `data/${name}`,
        'ssm/parameter',
        { name: parameterName, value },
        { name: parameterName, origin: `parameters.${name}` },
      )
      return [name, { parameter, parameterName, value }]
    }),
  )
}
