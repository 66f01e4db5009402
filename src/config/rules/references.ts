import { suggestion } from '../findings.ts'
import { partsOf } from '../interpolation.ts'
import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'
import { referableIn, usesOf } from '../uses.ts'

/** `uses` names what there is, each once, and mounts only file systems. */
export function useRules(config: StackConfig): Finding[] {
  const { services, databases, caches, fileSystems, buckets, secrets, parameters } = config
  const usable = [databases, caches, fileSystems, buckets, secrets, parameters].flatMap(Object.keys)
  return Object.entries(services).flatMap(([service, { uses }]) => {
    const seen = new Set<string>()
    return uses.flatMap((use, index) =>
      usesOf({ uses: [use] }).flatMap(({ name, mountPath }): Finding[] => {
        const path = ['services', service, 'uses', index]
        if (!usable.includes(name))
          return [
            {
              path,
              message: `there is nothing to use called "${name}"`,
              fix:
                suggestion(name, usable) ??
                (usable.length > 0 ? `Use one of ${usable.join(', ')}.` : 'Remove it.'),
            },
          ]
        if (mountPath !== undefined && !(name in fileSystems))
          return [{ path, message: `"${name}" is not a file system`, fix: `Write only ${name}.` }]
        if (seen.has(name)) return [{ path, message: `"${name}" stands twice`, fix: 'Name it once.' }]
        seen.add(name)
        return []
      }),
    )
  })
}

/** Each `${name.attribute}` names something that the stack has. */
export function referenceRules(config: StackConfig): Finding[] {
  const referable = referableIn(config)
  const users = (['services', 'instances'] as const).flatMap(section =>
    Object.entries<{ readonly environment: Readonly<Record<string, string>> }>(config[section]).map(
      ([name, { environment }]) => ({ section, name, environment }),
    ),
  )
  return users.flatMap(({ section, name, environment }) =>
    Object.entries(environment).flatMap(([variable, value]) =>
      partsOf(value).flatMap((part): Finding[] => {
        if (typeof part === 'string') return []
        const path = [section, name, 'environment', variable]
        const attributes = referable.get(part.name)
        const [known, wanted] = attributes ? [attributes, part.attribute] : [[...referable.keys()], part.name]
        if (attributes?.includes(part.attribute)) return []
        return [
          {
            path,
            message: attributes
              ? `${part.source}: ${part.name} has no "${part.attribute}"`
              : `${part.source}: there is no "${part.name}"`,
            fix:
              suggestion(wanted, known) ??
              (known.length > 0 ? `Use one of ${known.join(', ')}.` : 'Write $${ for a plain ${.'),
          },
        ]
      }),
    ),
  )
}
