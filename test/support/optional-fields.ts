import { jsonSchema } from '../../src/config/json-schema.ts'
import { isRecord } from '../../src/config/overlay.ts'

type Schema = Readonly<Record<string, unknown>>
export type FieldPath = readonly (string | number)[]

/** An optional field that a config has: where, and what the schema calls it (`services.*.healthCheck.interval`). */
export interface Field {
  readonly path: FieldPath
  readonly field: string
}

const root = () => {
  const { properties, ...schema } = jsonSchema() as { readonly properties: Record<string, unknown> }
  const { environments: _, ...own } = properties
  return { ...schema, properties: own }
}

/** Every optional field of the schema, `*` standing for any name or number. */
export function optionalFields(schema: Schema = root(), path: readonly string[] = []): string[] {
  const found = branchesOf(schema).flatMap(branch => {
    const { properties, additionalProperties, items, required } = branch
    const own = isRecord(properties) ? Object.entries(properties) : []
    return [
      ...own.flatMap(([name, member]) => [
        ...(Array.isArray(required) && required.includes(name) ? [] : [[...path, name].join('.')]),
        ...optionalFields(member as Schema, [...path, name]),
      ]),
      ...(isRecord(additionalProperties) ? optionalFields(additionalProperties, [...path, '*']) : []),
      ...(isRecord(items) ? optionalFields(items, [...path, '*']) : []),
    ]
  })
  return [...new Set(found)]
}

/** Every optional field that this config sets. */
export function fieldsIn(
  config: unknown,
  schema: Schema = root(),
  path: FieldPath = [],
  field: readonly string[] = [],
): Field[] {
  const branches = branchesOf(schema)
  if (Array.isArray(config))
    return config.flatMap((member, index) =>
      branches
        .flatMap(({ items }) => (isRecord(items) ? [items] : []))
        .flatMap(items => fieldsIn(member, items, [...path, index], [...field, '*'])),
    )
  if (!isRecord(config)) return []
  return Object.entries(config).flatMap(([name, member]) =>
    branches.flatMap(({ properties, additionalProperties, required }) => {
      const known = isRecord(properties) ? properties[name] : undefined
      if (known !== undefined) {
        const at = [...path, name]
        const optional = !(Array.isArray(required) && required.includes(name))
        return [
          ...(optional ? [{ path: at, field: [...field, name].join('.') }] : []),
          ...fieldsIn(member, known as Schema, at, [...field, name]),
        ]
      }
      return isRecord(additionalProperties)
        ? fieldsIn(member, additionalProperties, [...path, name], [...field, '*'])
        : []
    }),
  )
}

/** The config without the value at a path. */
export function without<T>(config: T, [key, ...rest]: FieldPath): T {
  if (Array.isArray(config))
    return config.map((member: unknown, index) => (index === key ? without(member, rest) : member)) as T
  return Object.fromEntries(
    Object.entries(config as object).flatMap(([name, member]) =>
      name !== key ? [[name, member]] : rest.length === 0 ? [] : [[name, without(member as unknown, rest)]],
    ),
  ) as T
}

function branchesOf(schema: Schema): Schema[] {
  const { anyOf } = schema
  return Array.isArray(anyOf) ? anyOf.flatMap(branch => branchesOf(branch as Schema)) : [schema]
}
