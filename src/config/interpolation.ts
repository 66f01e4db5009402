/** A `${name.attribute}` in a string. */
export interface Placeholder {
  readonly name: string
  readonly attribute: string
  /** As written, braces included. */
  readonly source: string
}

/** The literal and the `${…}` parts of a string. `$${` is a literal `${`. */
export function partsOf(value: string): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = []
  let literal = ''
  let from = 0
  for (const match of value.matchAll(/\$\$\{|\$\{([^}]*)\}/g)) {
    literal += value.slice(from, match.index)
    from = match.index + match[0].length
    if (match[1] === undefined) {
      literal += '${'
      continue
    }
    if (literal) parts.push(literal)
    literal = ''
    const [name = '', ...attribute] = match[1].trim().split('.')
    parts.push({ name, attribute: attribute.join('.'), source: match[0] })
  }
  literal += value.slice(from)
  if (literal) parts.push(literal)
  return parts
}
