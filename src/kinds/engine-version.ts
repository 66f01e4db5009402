/**
 * The version as the user wrote it when AWS runs a release of it (`16` asks for any 16.x, `6.x` for any 6), else AWS's own
 * text.
 */
export function asWished(actual: string, wished: string | undefined): string {
  const followed = wished?.replace(/\.x$/, '')
  return wished !== undefined && actual.startsWith(`${followed}.`) ? wished : actual
}

/**
 * True when `after` is a lower version than `before`, as far as both are written out. What stands before the number
 * (`OpenSearch_2.19`) is not compared.
 */
export function isOlder(after: string | undefined, before: string | undefined): boolean {
  const [wanted, current] = [segments(after), segments(before)]
  const at = wanted.findIndex((segment, index) => index < current.length && segment !== current[index])
  return at >= 0 && wanted[at]! < current[at]!
}

/**
 * The version to ask for: the one that runs where that is newer than the config's, because AWS upgrades by itself (in the
 * maintenance window, and by force when a version is retired) and takes no upgrade back. A config that asks for an older
 * version than `last` asks for a downgrade, and gets what it says. `last`: what the run before asked for, undefined where
 * that is not known.
 */
export function versionToAsk(
  wished: string | undefined,
  running: string | undefined,
  last: { readonly engineVersion?: string | undefined } | undefined,
): string | undefined {
  if (!isOlder(wished, running)) return wished
  return last && isOlder(wished, last.engineVersion ?? running) ? wished : running
}

function segments(version: string | undefined): number[] {
  return typeof version === 'string'
    ? version
        .replace(/^[A-Za-z]+_/, '')
        .split('.')
        .map(Number)
    : []
}
