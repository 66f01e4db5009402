import { orAbsent } from '../aws/errors.ts'
import { keyed } from '../resources/additions.ts'
import type { Blocker } from '../resources/blocker.ts'
import type { Kind, KindContext, Tags } from '../resources/kind.ts'
import { lowerCased } from './spelling.ts'

export interface ParameterGroupProps {
  readonly name: string
  /** Engine and version that it is for: `postgres16`, `redis7`. */
  readonly family: string
  readonly description: string
  /** Values by name, all as text. Those that are not named are the engine's own. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface ParameterGroupAttributes {
  readonly name: string
  readonly arn: string
}

/** A parameter group as AWS shows it, its parameters aside. */
export interface ShownParameterGroup {
  readonly name: string
  readonly arn: string
  readonly family: string
  readonly description: string
}

/** What RDS and ElastiCache call by different names. */
interface ParameterGroupApi {
  readonly type: string
  readonly label: string
  find(name: string, context: KindContext): Promise<ShownParameterGroup | undefined>
  tagsOf(arn: string, context: KindContext): Promise<Tags>
  /** The values that somebody has set, and those of `named` whether or not anybody has. */
  values(name: string, named: readonly string[], context: KindContext): Promise<Record<string, string>>
  create(props: ParameterGroupProps, tags: Tags, context: KindContext): Promise<ParameterGroupAttributes>
  /** One call for as many as AWS takes; `fresh` while nothing uses the group yet. */
  set(
    name: string,
    values: readonly (readonly [string, string])[],
    fresh: boolean,
    context: KindContext,
  ): Promise<void>
  reset(name: string, parameters: readonly string[], context: KindContext): Promise<void>
  remove(name: string, context: KindContext): Promise<unknown>
  /** What uses each of these groups. */
  users(names: readonly string[], context: KindContext): Promise<Blocker[][]>
  retag(
    arn: string,
    change: { readonly set: Tags; readonly remove: readonly string[] },
    context: KindContext,
  ): Promise<void>
}

/** AWS takes so many parameters in one call. */
const batch = 20

export function parameterGroupKind(
  api: ParameterGroupApi,
): Kind<ParameterGroupProps, ParameterGroupAttributes> {
  const set = async (
    name: string,
    values: Readonly<Record<string, string>>,
    fresh: boolean,
    context: KindContext,
  ) => {
    for (const some of batches(Object.entries(values))) await api.set(name, some, fresh, context)
  }
  return {
    type: api.type,
    label: api.label,
    ownership: 'tags',
    replaceOn: ['name', 'family', 'description'],
    // The family is part of the name, so that both stand side by side while an engine is upgraded.
    replacement: 'create-first',
    uniqueKeys: [{ props: ['name'], label: 'name' }],
    findBy: ['name'],
    seconds: { create: 2, update: 2, delete: 1 },
    additions: [
      {
        what: 'parameters',
        rule: 'left alone',
        seen: 'in a prop',
        prop: 'parameters',
        members: keyed,
        line: name => `parameter ${name}`,
      },
    ],
    effects: { parameters: 'dynamic ones apply within minutes, static ones at the next reboot' },

    normalise: props => ({ ...props, name: lowerCased(props.name) }),

    read: (requests, context) =>
      Promise.all(
        requests.map(async ({ attributes, props, tagsToo }) => {
          const name = lowerCased(attributes?.name ?? props.name!)
          const named = Object.keys(props.parameters ?? {})
          const [found, parameters] = await Promise.all([
            orAbsent(api.find(name, context)),
            orAbsent(api.values(name, named, context)),
          ])
          if (!found || !parameters) return undefined
          const tags = attributes && !tagsToo ? undefined : await orAbsent(api.tagsOf(found.arn, context))
          // Gone between the calls.
          if (!attributes && !tags) return undefined
          const { family, description } = found
          return {
            attributes: { name: found.name, arn: found.arn },
            props: { name: found.name, family, description, parameters },
            tags,
          }
        }),
      ),

    create: ({ props, tags }, context) => api.create(props, tags, context),

    finish: async ({ props }, attributes, context) => {
      await set(attributes.name, props.parameters, true, context)
      return attributes
    },

    update: async ({ attributes, observed, props }, context) => {
      const { parameters: before } = observed
      const different = Object.entries(props.parameters).filter(([name, value]) => before[name] !== value)
      await set(attributes.name, Object.fromEntries(different), false, context)
      const dropped = Object.keys(before).filter(name => !(name in props.parameters))
      for (const some of batches(dropped)) await api.reset(attributes.name, some, context)
      return attributes
    },

    retag: ({ arn }, change, context) => api.retag(arn, change, context),

    delete: async ({ attributes: { name } }, context) => {
      await orAbsent(api.remove(name, context))
    },

    blockers: (all, context) =>
      api.users(
        all.map(({ name }) => name),
        context,
      ),
  }
}

function batches<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / batch) }, (_, index) =>
    all.slice(index * batch, (index + 1) * batch),
  )
}
