import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { usesOf, variablesFrom } from '../uses.ts'

/** ECS takes no variable twice, be it plain or secret. */
export function variableRules(config: StackConfig): Finding[] {
  return Object.entries(config.services).flatMap(([service, { uses, environment }]) => {
    const path = ['services', service]
    const sources = new Map<string, string>()
    return usesOf({ uses }).flatMap(({ name }) =>
      variablesFrom(config, name).flatMap(({ variable, secret }): Finding[] => {
        const other = sources.get(variable)
        sources.set(variable, name)
        if (other !== undefined && other !== name)
          return [
            {
              path: [...path, 'uses'],
              message: `${other} and ${name} both become ${variable}`,
              fix: 'Give one of them another variable with `env`, or another name.',
            },
          ]
        // A plain variable may be overridden; a secret one may not even be hidden.
        if (secret && variable in environment)
          return [
            {
              path: [...path, 'environment', variable],
              message: `${name} is already given to the service in this variable, as a secret`,
              fix: 'Remove it here.',
              atKey: true,
            },
          ]
        return []
      }),
    )
  })
}
