import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { storedActions } from './action.ts'
import { elbFault, validationError } from './fault.ts'
import type { ListenerRow, RuleRow } from './rows.ts'
import { notFound, rowOf, rows, visibleRows } from './rows.ts'
import { tagNew } from './tags.ts'
import { remember } from './weights.ts'

/** AWS's limit on condition values in one rule. */
const valueLimit = 5

/** The rules of a listener go with it. */
export function removeRules(world: World, listenerArn: string): void {
  for (const row of rows(world, 'rule').list())
    if (row.listenerArn === listenerArn) {
      rows(world, 'rule').delete(row.arn)
      tagged(world).remove(row.arn)
    }
}

export const ruleOperations = {
  createRule: ({ ListenerArn, Priority = 0, Conditions, Actions, Tags }, world) => {
    const { arn: listenerArn, loadBalancerArn } = rowOf(world, 'listener', ListenerArn)
    checkPriorities(world, listenerArn, new Map([['', Priority]]))
    const arn = `${listenerArn.replace(':listener/', ':listener-rule/')}/${world.id('', 16)}`
    const row: RuleRow = {
      arn,
      listenerArn,
      created: world.now(),
      priority: Priority,
      conditions: storedConditions(Conditions),
      actions: storedActions(world, loadBalancerArn, Actions),
    }
    tagNew(world, arn, Tags)
    return { Rules: [shown(rows(world, 'rule').set(arn, row))] }
  },

  describeRules: ({ ListenerArn, RuleArns }, world) => {
    if (RuleArns) return { Rules: RuleArns.map(arn => shown(rowOf(world, 'rule', arn))) }
    const listener = rowOf(world, 'listener', ListenerArn)
    return {
      Rules: [
        ...visibleRows(world, 'rule')
          .filter(({ listenerArn }) => listenerArn === listener.arn)
          .toSorted((a, b) => a.priority - b.priority)
          .map(shown),
        defaultRule(listener),
      ],
    }
  },

  modifyRule: ({ RuleArn, Conditions, Actions }, world) => {
    const row = rowOf(world, 'rule', RuleArn)
    const conditions = Conditions ? storedConditions(Conditions) : row.conditions
    const { loadBalancerArn } = rowOf(world, 'listener', row.listenerArn)
    const actions = Actions ? storedActions(world, loadBalancerArn, Actions) : row.actions
    if (Actions) remember(row, world.now())
    return { Rules: [shown(Object.assign(row, { conditions, actions }))] }
  },

  setRulePriorities: ({ RulePriorities = [] }, world) => {
    const changes = RulePriorities.map(({ RuleArn, Priority = 0 }) => ({
      row: rowOf(world, 'rule', RuleArn),
      Priority,
    }))
    const [first] = changes
    if (!first) throw validationError('You must specify at least one rule priority')
    checkPriorities(
      world,
      first.row.listenerArn,
      new Map(changes.map(({ row, Priority }) => [row.arn, Priority])),
    )
    return { Rules: changes.map(({ row, Priority }) => shown(Object.assign(row, { priority: Priority }))) }
  },

  deleteRule: ({ RuleArn = '' }, world) => {
    if (!rows(world, 'rule').delete(RuleArn)) throw notFound('rule', RuleArn)
    tagged(world).remove(RuleArn)
    return {}
  },
} satisfies Partial<SandboxService<'elbv2'>>

/** AWS applies all changes of a call together, so two rules may swap. */
function checkPriorities(world: World, listenerArn: string, changes: ReadonlyMap<string, number>): void {
  const others = rows(world, 'rule')
    .list()
    .filter(row => row.listenerArn === listenerArn && !changes.has(row.arn))
  for (const priority of changes.values()) {
    if (!(priority >= 1 && priority <= 50_000))
      throw validationError(`Priority '${priority}' must be between 1 and 50000`)
    if (others.some(row => row.priority === priority))
      throw elbFault('PriorityInUse', `Priority '${priority}' is currently in use`)
  }
}

/** With the values in both spellings, as AWS shows them. */
function storedConditions(conditions: RuleCondition[] = []): RuleCondition[] {
  const stored = conditions.map(condition => {
    const { PathPatternConfig, HostHeaderConfig, HttpHeaderConfig } = condition
    // The old spelling knows paths and hosts only.
    if (HttpHeaderConfig) return condition
    const config = PathPatternConfig ?? HostHeaderConfig
    return { ...condition, Values: condition.Values ?? config?.Values ?? [] }
  })
  const count = stored.flatMap(
    ({ Values, HttpHeaderConfig }) => Values ?? HttpHeaderConfig?.Values ?? [],
  ).length
  if (count === 0) throw validationError('A rule must have at least one condition value')
  if (count > valueLimit) throw validationError('The rule has too many condition values')
  return stored
}

function shown({ arn, priority, conditions, actions }: RuleRow) {
  return {
    RuleArn: arn,
    Priority: String(priority),
    Conditions: conditions,
    Actions: actions,
    IsDefault: false,
  }
}

/** Every listener's last rule: its default action. */
function defaultRule({ arn, actions }: ListenerRow) {
  return {
    RuleArn: `${arn.replace(':listener/', ':listener-rule/')}/default`,
    Priority: 'default',
    Conditions: [],
    Actions: actions,
    IsDefault: true,
  }
}
