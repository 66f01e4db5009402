import type { Withdrawal } from '../../resources/withdrawal.ts'
import { defaultGroupOf } from '../families.ts'
import type { ReplicationGroupProps } from './replication-group-props.ts'

const onlyNew = { stays: 'ElastiCache takes it only for a new cache' } as const
const window = { stays: 'ElastiCache chooses a window only for a new cache' } as const

/** What becomes of the options of a cache that the config no longer names. */
export const withdrawn: Withdrawal<ReplicationGroupProps> = {
  engineVersion: { stays: 'ElastiCache upgrades only when it is asked to', option: 'version' },
  atRestEncryption: onlyNew,
  transitEncryption: { stays: 'clients rely on it' },
  automaticFailover: { becomes: false },
  multiAz: { becomes: false },
  snapshotRetentionDays: { becomes: 0 },
  snapshotWindow: window,
  maintenanceWindow: window,
  autoMinorVersionUpgrade: { becomes: true },
  parameterGroupName: (_, { engine, engineVersion }) => {
    const becomes = defaultGroupOf(engine, engineVersion)
    return becomes
      ? { becomes }
      : { stays: 'which group is the default follows from the version', option: 'version' }
  },
}
