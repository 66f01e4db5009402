import type { StateValue } from '@aws-sdk/client-cloudwatch'
import type { World } from './world.ts'

interface AlarmState {
  readonly name: string
  readonly value: StateValue
  /** Milliseconds since the epoch. */
  readonly since: number
}

const states = (world: World) => world.table<AlarmState>('cloudwatch/alarm-state')

/** What a metric would do to an alarm: nothing here measures anything. */
export function setAlarmState(world: World, name: string, value: StateValue): void {
  states(world).set(name, { name, value, since: world.now() })
}

export function alarmStateOf(world: World, name: string): AlarmState {
  const composite = world
    .table<{ readonly settings: { readonly AlarmRule?: string | undefined } }>('cloudwatch/composite-alarm')
    .get(name)
  if (composite) {
    const children = watchedBy(composite.settings.AlarmRule ?? '').map(child => alarmStateOf(world, child))
    return children.find(({ value }) => value === 'ALARM') ?? { name, value: 'OK', since: 0 }
  }
  return states(world).get(name) ?? { name, value: 'INSUFFICIENT_DATA', since: 0 }
}

/** The alarms that a composite alarm's rule names. */
export function watchedBy(rule: string): string[] {
  return [...rule.matchAll(/(?:ALARM|OK|INSUFFICIENT_DATA)\("?([^")]+)"?\)/g)].map(([, name]) => name!)
}
