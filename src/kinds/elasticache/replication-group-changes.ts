import type { Impossible, Interrupting, Observed } from '../../resources/kind.ts'
import { isOlder, versionToAsk } from '../engine-version.ts'
import { groupToAsk } from '../families.ts'
import type { ReplicationGroupAttributes, ReplicationGroupProps } from './replication-group-props.ts'

/** What a change does to whoever uses the cache. */
export function interruptionsOf(before: ReplicationGroupProps, after: ReplicationGroupProps): Interrupting[] {
  const cut: Interrupting[] =
    before.transitEncryption === false && after.transitEncryption === true
      ? [
          {
            reason:
              'the cache refuses clients without TLS in the end (transitEncryption: preferred takes both, until all of them use it)',
          },
        ]
      : []
  const changed = (['nodeType', 'engine', 'engineVersion'] as const).find(
    name => after[name] !== undefined && before[name] !== after[name],
  )
  if (!changed) return cut
  const why = `the cache replaces its nodes for another ${changed}`
  return [
    ...cut,
    after.automaticFailover
      ? { reason: `${why}, with a failover`, seconds: 30 }
      : { reason: `${why}, and has only one that serves`, seconds: 300 },
  ]
}

/** What AWS does by itself stays: newer versions, also of the other engine, and its own parameter group for them. */
export function left(
  wish: ReplicationGroupProps,
  { props: running }: Observed<ReplicationGroupProps, ReplicationGroupAttributes>,
  last: ReplicationGroupProps | undefined,
): ReplicationGroupProps {
  const isMoved = wish.engine === 'redis' && running.engine === 'valkey' && last?.engine !== 'valkey'
  const engine = isMoved ? running.engine : wish.engine
  const engineVersion = isMoved
    ? running.engineVersion
    : engine === running.engine
      ? versionToAsk(wish.engineVersion, running.engineVersion, last)
      : wish.engineVersion
  const asked = { engine, engineVersion }
  return { ...wish, ...asked, parameterGroupName: groupToAsk(wish, asked, running) }
}

/** What ElastiCache does not change in a cache that there is. */
export function refusalOf(
  before: ReplicationGroupProps,
  after: ReplicationGroupProps,
): Impossible<ReplicationGroupProps> | undefined {
  if (before.engine === 'valkey' && after.engine === 'redis')
    return {
      why: 'ElastiCache cannot go back from Valkey to Redis',
      blocks: ['engine', 'engineVersion', 'parameterGroupName'],
      instead:
        'keep engine: valkey (it understands the commands of Redis 7.2), or add a second cache with engine: redis and move the services over',
    }
  if (before.engine === after.engine && isOlder(after.engineVersion, before.engineVersion))
    return {
      why: `ElastiCache cannot go back from version ${before.engineVersion} to ${after.engineVersion}`,
      blocks: ['engineVersion', 'parameterGroupName'],
      instead: `write version: "${before.engineVersion}", or add a second cache with the older version and move the services over`,
    }
  if (before.transitEncryption && after.transitEncryption === false)
    return {
      why: 'switching TLS off would take away the endpoint that its clients use',
      blocks: ['transitEncryption'],
      instead:
        'write transitEncryption: preferred, which takes clients without TLS as well, or add a second cache without it and move the services over',
    }
  if (before.transitEncryption === false && after.transitEncryption && !canEncrypt(before))
    return {
      why: `ElastiCache switches TLS on for Redis 7 and later and for Valkey, and this cache runs ${before.engine} ${before.engineVersion}`,
      blocks: ['transitEncryption'],
      instead: 'first write version: "7.1", or add a second cache with transitEncryption: true',
    }
  return undefined
}

/** Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable-existing.html */
function canEncrypt({ engine, engineVersion }: ReplicationGroupProps): boolean {
  return engine === 'valkey' || !isOlder(engineVersion, '7')
}
