import { z } from 'zod'
import { isRecord } from './overlay.ts'
import type { Path } from './problems.ts'
import { stackSchema } from './schema/stack.ts'

type Schema = Readonly<Record<string, unknown>>

/** JSON Schema (draft 7) of the config file, for editors. */
export function jsonSchema(): Schema {
  const { properties, ...stack } = z.toJSONSchema(stackSchema, { target: 'draft-7', io: 'input' })
  const ofEnvironment = Object.entries(properties ?? {}).filter(
    ([name]) => !['$schema', 'stack', 'environment'].includes(name),
  )
  return {
    ...stack,
    title: 'provision stack',
    properties: {
      ...properties,
      environments: {
        type: 'object',
        description: 'What differs in an environment: objects are merged, lists replaced, null removes',
        additionalProperties: partial({
          type: 'object',
          properties: Object.fromEntries(ofEnvironment),
          additionalProperties: false,
        }),
      },
    },
  }
}

/** The keys that an object at `path` may have; undefined where it may have any. */
export function keysAt(path: Path, schema: Schema = jsonSchema()): string[] | undefined {
  const branches = [schema, ...((schema['anyOf'] as Schema[] | undefined) ?? [])]
  const [step, ...rest] = path
  if (step === undefined)
    return branches
      .map(({ properties }) => properties)
      .filter(isRecord)
      .map(Object.keys)[0]
  for (const { properties, additionalProperties, items } of branches) {
    const next =
      typeof step === 'number'
        ? items
        : isRecord(properties)
          ? (properties[step] ?? additionalProperties)
          : additionalProperties
    if (isRecord(next)) return keysAt(rest, next)
  }
  return undefined
}

/** The same schema with nothing required, no defaults, and null allowed everywhere: an overlay's. */
function partial(schema: Schema): Schema {
  const { required: _, default: __, properties, additionalProperties, anyOf, ...rest } = schema
  return {
    ...rest,
    ...(isRecord(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, property]) => [name, orNull(partial(property as Schema))]),
          ),
        }
      : {}),
    ...(isRecord(additionalProperties)
      ? { additionalProperties: orNull(partial(additionalProperties)) }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties }),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map(branch => partial(branch as Schema)) } : {}),
  }
}

function orNull({ description, ...schema }: Schema): Schema {
  return { ...(description === undefined ? {} : { description }), anyOf: [schema, { type: 'null' }] }
}
