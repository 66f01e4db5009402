/** The group that AWS itself has for a version: what a database or cache goes back to that has none of ours any more. */
export function defaultGroupOf(engine: string, version: string | undefined): string | undefined {
  const isWhole = version && (!/^(mysql|mariadb)$/.test(engine) || version.includes('.'))
  return isWhole ? `default.${familyOf(engine, version)}` : undefined
}

/**
 * What RDS and ElastiCache call the parameters of one version: `postgres16`, `mysql8.0`, `redis5.0`, `redis7`, `valkey8`.
 * Source of those of ElastiCache: API reference, CreateCacheParameterGroup, CacheParameterGroupFamily.
 */
export function familyOf(engine: string, version: string): string {
  const [major = '', minor = ''] = version.split('.')
  if (engine === 'mysql' || engine === 'mariadb') return `${engine}${major}.${minor}`
  if (engine === 'redis' && Number(major) < 6) return `redis${major}.${minor || '0'}`
  return engine === 'redis' && major === '6' ? 'redis6.x' : `${engine}${major}`
}

/** True for a group that AWS itself has: it makes them, names them and moves what uses one to that of another version. */
export function isDefaultGroup(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('default.')
}

/** A group to create with: without one AWS takes its own for the version, whatever that is called. */
export function ownGroup(name: string | undefined): string | undefined {
  return isDefaultGroup(name) ? undefined : name
}

interface Grouped {
  readonly engine: string
  readonly engineVersion?: string | undefined
  readonly parameterGroupName?: string | undefined
}

/**
 * The group to ask for. It is the one in use where both are AWS's own, and where AWS runs a version of another family than
 * the config's, for which the config's group is not made. `asked`: what is asked of the engine. An upgrade that the config
 * asks for comes with its own group.
 */
export function groupToAsk(
  wished: Grouped,
  asked: Pick<Grouped, 'engine' | 'engineVersion'>,
  running: Grouped,
): string | undefined {
  const { parameterGroupName, engineVersion } = wished
  if (parameterGroupName === undefined || asked.engine !== running.engine) return parameterGroupName
  if (asked.engineVersion !== running.engineVersion) return parameterGroupName
  const isOther =
    engineVersion !== undefined &&
    running.engineVersion !== undefined &&
    familyOf(wished.engine, engineVersion) !== familyOf(running.engine, running.engineVersion)
  const areDefaults = isDefaultGroup(parameterGroupName) && isDefaultGroup(running.parameterGroupName)
  return areDefaults || isOther ? running.parameterGroupName : parameterGroupName
}
