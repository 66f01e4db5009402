import type { ModifyReplicationGroupCommandInput } from '@aws-sdk/client-elasticache'
import { awsFault } from '../fault.ts'
import type { ReplicationGroupSettings } from './replication-group-row.ts'

type TransitEncryption = ReplicationGroupSettings['transitEncryption']
type Asked = Pick<ModifyReplicationGroupCommandInput, 'TransitEncryptionEnabled' | 'TransitEncryptionMode'>

/** AWS's schema of the resource requires the member for Valkey; Redis is not encrypted by default. */
export function firstTransitEncryption(engine: string, asked: Asked): TransitEncryption {
  if (engine === 'valkey' && asked.TransitEncryptionEnabled === undefined)
    throw invalid('TransitEncryptionEnabled must be specified when the engine is valkey.')
  return encryptionIn(asked, false)
}

/** From none to `required`, and back, ElastiCache goes by way of `preferred` only. */
export function transitEncryptionAfter(
  { transitEncryption: before, engine, engineVersion }: ReplicationGroupSettings,
  asked: Asked,
): TransitEncryption {
  if (asked.TransitEncryptionEnabled === undefined && asked.TransitEncryptionMode === undefined) return before
  const after = encryptionIn(asked, before)
  if (before === after) return before
  if (engine === 'redis' && Number(engineVersion.split('.')[0]) < 7)
    throw invalid('Transit encryption can be modified for engine version 7.0.5 and later only.')
  if (before !== 'preferred' && after !== 'preferred')
    throw invalid('Transit encryption mode must be preferred before encryption is required or disabled.')
  return after
}

function encryptionIn(
  { TransitEncryptionEnabled: enabled, TransitEncryptionMode: mode }: Asked,
  before: TransitEncryption,
): TransitEncryption {
  if (!(enabled ?? before !== false)) return false
  if (mode === undefined) return before || true
  return mode === 'preferred' ? 'preferred' : true
}

function invalid(message: string): Error {
  return awsFault('InvalidParameterCombinationException', message, { code: 'InvalidParameterCombination' })
}
