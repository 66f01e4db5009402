import type { Withdrawal } from '../../resources/withdrawal.ts'
import { defaultGroupOf } from '../families.ts'
import type { InstanceProps } from './instance-props.ts'

const window = { stays: 'RDS chooses a window only for a new instance' } as const

/** What a replica has as well. */
export const withdrawnOfAny = {
  storageType: { stays: 'RDS chooses a type only for a new instance' },
  maintenanceWindow: window,
  deletionProtection: { becomes: false },
  autoMinorVersionUpgrade: { becomes: true },
  enabledLogExports: { becomes: [] },
  monitoringInterval: { becomes: 0 },
  monitoringRoleArn: { moot: 'RDS forgets it when the interval becomes 0' },
} as const satisfies Partial<Withdrawal<InstanceProps>>

export const noGroup = {
  stays: 'which group is the default follows from the version',
  option: 'version',
} as const

/** What becomes of the options of a database that the config no longer names. */
export const withdrawn: Withdrawal<InstanceProps> = {
  ...withdrawnOfAny,
  engineVersion: {
    stays: 'RDS upgrades to another major version only when it is asked to',
    option: 'version',
  },
  multiAz: { becomes: false },
  // Of the API, and not of the console: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  backupRetentionDays: { becomes: 1 },
  backupWindow: window,
  maxAllocatedStorage: { becomes: null },
  parameterGroupName: (_, { engine, engineVersion }) => {
    const becomes = defaultGroupOf(engine, engineVersion)
    return becomes ? { becomes } : noGroup
  },
  snapshotIdentifier: { moot: 'it counts only when the instance is made' },
  passwordSecretArn: { moot: 'a database keeps the secret that it has once been given' },
}
