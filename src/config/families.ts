/** What RDS and ElastiCache call the parameters of one version: `postgres16`, `mysql8.0`, `redis7`, `valkey8`. */
export function familyOf(engine: string, version: string): string {
  const [major = '', minor = ''] = version.split('.')
  if (engine === 'mysql' || engine === 'mariadb') return `${engine}${major}.${minor}`
  return engine === 'redis' && major === '6' ? 'redis6.x' : `${engine}${major}`
}
