/** What AWS runs when asked for a version without its last part, by engine. */
const lastParts: Record<string, { readonly parts: number; readonly version: string; readonly last: string }> =
  {
    postgres: { parts: 2, version: '16.3', last: '3' },
    mysql: { parts: 3, version: '8.0.39', last: '39' },
    mariadb: { parts: 3, version: '10.11.8', last: '8' },
  }

const ports: Record<string, number> = { postgres: 5432, mysql: 3306, mariadb: 3306 }

/** The release that AWS picks for the version asked for: `16` is `16.3`. */
export function fullVersion(engine: string, asked: string | undefined): string {
  const { parts, version, last } = lastParts[engine] ?? { parts: 2, version: '1.0', last: '0' }
  if (!asked) return version
  return asked.split('.').length < parts ? `${asked}.${last}` : asked
}

export function defaultPort(engine: string): number {
  return ports[engine] ?? 5432
}
