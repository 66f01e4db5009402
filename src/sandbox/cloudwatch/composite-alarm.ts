import type { CompositeAlarm, PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch'
import { alarmStateOf, watchedBy } from '../alarm-state.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

export interface CompositeAlarmRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  readonly updated: number
  /** As last put, tags aside. */
  readonly settings: Omit<PutCompositeAlarmInput, 'Tags'>
}

export const compositeAlarms = (world: World) => world.table<CompositeAlarmRow>('cloudwatch/composite-alarm')

export const compositeAlarmOperations = {
  putCompositeAlarm: ({ Tags = [], ...settings }, world) => {
    const { AlarmName: name = '', AlarmRule = '' } = settings
    const missing = watchedBy(AlarmRule).find(child => !anyAlarm(world, child))
    if (missing !== undefined)
      throw awsFault('ValidationError', `Could not save the composite alarm: alarm ${missing} does not exist`)
    const before = compositeAlarms(world).get(name)
    const arn = world.arn('cloudwatch', `alarm:${name}`)
    compositeAlarms(world).set(name, {
      name,
      arn,
      created: before?.created ?? world.now(),
      updated: world.now(),
      settings,
    })
    // Tags count at the first only.
    if (!before) addTags(world, arn, Tags)
    return {}
  },
} satisfies Partial<SandboxService<'cloudwatch'>>

/** Why AWS would not delete the alarm: one that is not itself about to go still watches it. */
export function assertUnwatched(world: World, name: string, going: readonly string[]): void {
  const parent = compositeAlarms(world)
    .list()
    .find(one => !going.includes(one.name) && watchedBy(one.settings.AlarmRule ?? '').includes(name))
  if (parent)
    throw awsFault('ValidationError', `Cannot delete ${name} as there are composite alarm(s) depending on it`)
}

export function shownComposite(
  world: World,
  { name, arn, updated, settings }: CompositeAlarmRow,
): CompositeAlarm {
  return {
    ...settings,
    AlarmArn: arn,
    ActionsEnabled: settings.ActionsEnabled ?? true,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    StateValue: alarmStateOf(world, name).value,
    AlarmConfigurationUpdatedTimestamp: new Date(updated),
  }
}

function anyAlarm(world: World, name: string): boolean {
  return (
    world.table('cloudwatch/alarm').get(name) !== undefined || compositeAlarms(world).get(name) !== undefined
  )
}
