import type { StackConfig } from '../config/schema/stack.ts'
import type { Declare, Handle } from './declare.ts'
import { parameterNameOf, secretNameOf } from './names.ts'

/** In whichever store: both have a name and an ARN. */
export type Secret = Handle<'secretsmanager/secret'>

export interface Parameter {
  readonly parameter: Handle<'ssm/parameter'>
  readonly parameterName: string
  readonly value: string
}

/** Made without a value: that one never passes through config, plan or ledger. */
export function secrets(declare: Declare, config: StackConfig): ReadonlyMap<string, Secret> {
  return new Map(
    Object.entries(config.secrets).map(([name, { description, store }]) => {
      const secretName = secretNameOf(config, name)
      const address = secretAddress(config, name)
      const options = { name: secretName, origin: `secrets.${name}` }
      return [
        name,
        store === 'parameter-store'
          ? declare(address, 'ssm/secure-string', { name: secretName }, options)
          : declare(address, 'secretsmanager/secret', { name: secretName, description }, options),
      ]
    }),
  )
}

/** Where the secret of this name stands in the stack: elsewhere when it moves to another store. */
export function secretAddress({ secrets }: Pick<StackConfig, 'secrets'>, name: string): string {
  return secrets[name]?.store === 'parameter-store' ? `data/${name}.parameter` : `data/${name}`
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
