import type { Input, Template } from '../resources/reference.ts'
import { isTemplate } from '../resources/reference.ts'

/**
 * The script of a first boot, with its variables before it: they are exported, and kept in `/etc/provision.env`, which
 * systemd can read as well. Undefined when there is nothing to run.
 */
export function userDataOf(
  script: string | undefined,
  variables: Readonly<Record<string, Input<string>>>,
): Input<string> | undefined {
  const named = Object.entries(variables)
  if (named.length === 0) return script
  const [interpreter, rest] = split(script ?? '#!/bin/bash\n')
  return {
    template: merged([
      `${interpreter}\ncat > /etc/provision.env <<'END_OF_VARIABLES'\n`,
      ...named.flatMap(([name, value]) => [`${name}=`, ...quoted(value), '\n']),
      `END_OF_VARIABLES\nset -a\n. /etc/provision.env\nset +a\n${rest}`,
    ]),
  }
}

type Part = Template['template'][number]

function split(script: string): [string, string] {
  const end = script.indexOf('\n')
  return end < 0 ? [script, ''] : [script.slice(0, end), script.slice(end + 1)]
}

/** For a shell, and for systemd. What AWS gives (host names, ARNs) holds no quotes. */
function quoted(value: Input<string>): Part[] {
  if (typeof value === 'string') return [`'${value.replaceAll("'", `'\\''`)}'`]
  return ["'", ...(isTemplate(value) ? value.template : [value]), "'"]
}

/** Neighbouring pieces of text as one. */
function merged(parts: readonly Part[]): Part[] {
  const result: Part[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part
    else result.push(part)
  }
  return result
}
