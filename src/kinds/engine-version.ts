/** The version as the user wrote it when AWS runs a release of it (`16` asks for any 16.x), else AWS's own text. */
export function asWished(actual: string, wished: string | undefined): string {
  return wished !== undefined && actual.startsWith(`${wished}.`) ? wished : actual
}

/** True when `after` is a lower version than `before`, as far as both are written out. */
export function isOlder(after: string | undefined, before: string | undefined): boolean {
  const [wanted, current] = [segments(after), segments(before)]
  const at = wanted.findIndex((segment, index) => index < current.length && segment !== current[index])
  return at >= 0 && wanted[at]! < current[at]!
}

function segments(version: string | undefined): number[] {
  return typeof version === 'string' ? version.split('.').map(Number) : []
}
