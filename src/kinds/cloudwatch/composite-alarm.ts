import type { CompositeAlarm, PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch'
import { orAbsent } from '../../aws/errors.ts'
import { tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import type { AlarmAttributes } from './alarms.ts'
import { alarmArn, alarmsNamed } from './alarms.ts'
import { retag, tagsOf } from './tags.ts'

export interface CompositeAlarmProps {
  readonly alarmName: string
  readonly description?: string | undefined
  /** Names of other alarms, 100 at most: it is in ALARM when any of them is. They have to exist. */
  readonly anyOf: readonly string[]
  /** ARNs, of SNS topics as a rule. */
  readonly alarmActions: readonly string[]
  readonly okActions?: readonly string[] | undefined
  readonly insufficientDataActions?: readonly string[] | undefined
  readonly actionsEnabled?: boolean | undefined
}

export const compositeAlarm: Kind<CompositeAlarmProps, AlarmAttributes> = {
  type: 'cloudwatch/composite-alarm',
  label: 'composite alarm',
  ownership: 'tags',
  replaceOn: ['alarmName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['alarmName'], label: 'name' }],
  withdrawn: {
    description: { becomes: '' },
    okActions: { becomes: [] },
    insufficientDataActions: { becomes: [] },
    actionsEnabled: { becomes: true },
  },
  findBy: ['alarmName'],
  seconds: { create: 1, delete: 1 },

  normalise: props => ({
    ...props,
    anyOf: normalList(props.anyOf),
    alarmActions: normalList(props.alarmActions),
    ...(props.okActions && { okActions: normalList(props.okActions) }),
    ...(props.insufficientDataActions && {
      insufficientDataActions: normalList(props.insufficientDataActions),
    }),
  }),

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes?.alarmName ?? props.alarmName!)
    const byName = await alarmsNamed(aws, wanted, 'CompositeAlarm')
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const one = byName.get(wanted[index]!)
        if (!one) return undefined
        const arn = one.AlarmArn!
        const tags = attributes && !tagsToo ? undefined : await tagsOf(aws, arn)
        // Gone between the two reads.
        if (!attributes && !tags) return undefined
        return { attributes: { alarmName: one.AlarmName!, arn }, props: propsOf(one), tags }
      }),
    )
  },

  create: async ({ props, tags }, context) => {
    await context.aws.cloudwatch.putCompositeAlarm({ ...inputOf(props), Tags: tagList(tags) })
    return { alarmName: props.alarmName, arn: alarmArn(props.alarmName, context) }
  },

  update: async ({ attributes, observed, props }, { aws }) => {
    const declared = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined))
    // AWS replaces an alarm as a whole: what is not declared is put back as it was.
    await aws.cloudwatch.putCompositeAlarm(inputOf({ ...observed, ...declared }))
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(aws, arn, change),

  delete: async ({ attributes: { alarmName } }, { aws }) => {
    await orAbsent(aws.cloudwatch.deleteAlarms({ AlarmNames: [alarmName] }))
  },
}

function normalList(values: readonly string[]): readonly string[] {
  return isUnknown(values) ? values : sorted(values)
}

function propsOf(one: CompositeAlarm): CompositeAlarmProps {
  return {
    alarmName: one.AlarmName!,
    description: one.AlarmDescription ?? '',
    anyOf: sorted(childrenOf(one.AlarmRule ?? '')),
    alarmActions: sorted(one.AlarmActions ?? []),
    okActions: sorted(one.OKActions ?? []),
    insufficientDataActions: sorted(one.InsufficientDataActions ?? []),
    actionsEnabled: one.ActionsEnabled ?? true,
  }
}

function inputOf(props: CompositeAlarmProps): PutCompositeAlarmInput {
  return {
    AlarmName: props.alarmName,
    ...(props.description && { AlarmDescription: props.description }),
    AlarmRule: props.anyOf.map(name => `ALARM("${name}")`).join(' OR '),
    AlarmActions: [...props.alarmActions],
    ...(props.okActions?.length && { OKActions: [...props.okActions] }),
    ...(props.insufficientDataActions?.length && {
      InsufficientDataActions: [...props.insufficientDataActions],
    }),
    ...(props.actionsEnabled === false && { ActionsEnabled: false }),
  }
}

/** Empty for a rule of any other form, which then shows as a change. */
function childrenOf(rule: string): string[] {
  const terms = rule.split(' OR ').map(term => /^ALARM\("([^"]+)"\)$/.exec(term.trim())?.[1])
  return terms.every(term => term !== undefined) ? terms : []
}
