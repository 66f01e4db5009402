import type { StackConfig } from '../config/schema/stack.ts'
import type { Reference } from '../resources/reference.ts'

import type { Declare, Handle } from './declare.ts'
import { standsOn } from './declare.ts'
import type { Names } from './names.ts'
import type { Topics } from './notifications.ts'
import type { Watched } from './watched.ts'
import { watchedIn } from './watched.ts'
import type { Cluster } from './cluster.ts'
import type { LoadBalancing } from './load-balancer.ts'

export type Alarm = Handle<'cloudwatch/alarm'> | Handle<'cloudwatch/composite-alarm'>

/** What alarms watch. */
export interface Watching {
  readonly cluster: Cluster
  readonly loadBalancing: LoadBalancing | undefined
}

/** Every alarm of the stack. With `composite`, one on top of all others is the only one that tells anybody. */
export function alarms(
  declare: Declare,
  config: StackConfig,
  watching: Watching,
  topics: Topics,
  names: Names,
): readonly Alarm[] {
  const { composite, recovery, notify } = config.alarms
  const told = [...topics].flatMap(([name, arn]) => ((notify?.includes(name) ?? true) ? [arn] : []))
  const actions = (tell: boolean) => ({
    alarmActions: tell ? told : [],
    okActions: tell && recovery ? told : undefined,
  })
  const single = watchedIn(config, watching).map(watched =>
    declareAlarm(declare, watched, actions(!composite), names),
  )
  if (!composite || single.length === 0) return single

  const alarmName = names.ofStack('any-alarm', 'alarm')
  const any = declare(
    'observability/any-alarm',
    'cloudwatch/composite-alarm',
    {
      alarmName,
      description: `On while any other alarm of ${config.stack} in ${config.environment} is`,
      anyOf: single.map(({ out }) => out.alarmName),
      ...actions(true),
    },
    // AWS deletes no alarm that another one watches.
    { name: alarmName, after: single.map(standsOn), origin: 'alarms.composite' },
  )
  return [...single, any]
}

function declareAlarm(
  declare: Declare,
  { thing, what, origin, ...props }: Watched,
  actions: {
    readonly alarmActions: readonly Reference<string>[]
    readonly okActions: readonly Reference<string>[] | undefined
  },
  names: Names,
): Handle<'cloudwatch/alarm'> {
  const alarmName = names.ofStack(`${thing}-${what}-high`, 'alarm')
  return declare(
    `observability/${thing}.${what}-alarm`,
    'cloudwatch/alarm',
    { alarmName, ...props, comparisonOperator: 'GreaterThanThreshold', ...actions },
    { name: alarmName, origin },
  )
}
