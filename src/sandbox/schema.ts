import { NormalizedSchema } from '@smithy/core/schema'
import { SandboxGap } from './fault.ts'

/**
 * Refuses input members that AWS's own model, as the SDK carries it, does not have. The real services ignore or
 * refuse them depending on the protocol; here they are always a mistake of ours.
 */
export function checkInput(command: { readonly schema?: unknown }, input: unknown, operation: string): void {
  const schema = command.schema as readonly unknown[] | undefined
  if (!schema) return
  check(NormalizedSchema.of(schema[4] as never), input, operation)
}

function check(schema: NormalizedSchema, value: unknown, path: string): void {
  if (value === undefined || value === null) return
  if (schema.isStructSchema()) {
    const members = new Map(schema.structIterator())
    for (const [name, member] of Object.entries(value)) {
      const known = members.get(name)
      if (!known) throw new SandboxGap(`${path} has no member ${name}`)
      check(known, member, `${path}.${name}`)
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new SandboxGap(`${path} is a list`)
    value.forEach((member, index) => check(schema.getValueSchema(), member, `${path}[${index}]`))
  } else if (schema.isMapSchema()) {
    for (const [key, member] of Object.entries(value))
      check(schema.getValueSchema(), member, `${path}.${key}`)
  } else if (schema.isStringSchema()) {
    if (typeof value !== 'string') throw new SandboxGap(`${path} is a string, not ${typeof value}`)
  } else if (schema.isNumericSchema()) {
    if (typeof value !== 'number') throw new SandboxGap(`${path} is a number, not ${typeof value}`)
  } else if (schema.isBooleanSchema() && typeof value !== 'boolean') {
    throw new SandboxGap(`${path} is a boolean, not ${typeof value}`)
  }
}
