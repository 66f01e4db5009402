/** The group that AWS itself has for a version: what a database or cache goes back to that has none of ours any more. */
export function defaultGroupOf(engine: string, version: string | undefined): string | undefined {
  const isWhole = version && (!/^(mysql|mariadb)$/.test(engine) || version.includes('.'))
  return isWhole ? `default.${familyOf(engine, version)}` : undefined
}

/** What RDS and ElastiCache call the parameters of one version: `postgres16`, `mysql8.0`, `redis7`, `valkey8`. */
export function familyOf(engine: string, version: string): string {
  const [major = '', minor = ''] = version.split('.')
  if (engine === 'mysql' || engine === 'mariadb') return `${engine}${major}.${minor}`
  return engine === 'redis' && major === '6' ? 'redis6.x' : `${engine}${major}`
}
