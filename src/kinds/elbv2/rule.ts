import { orAbsent } from '../../aws/errors.ts'
import { tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { CreateRequest, Kind, KindContext } from '../../resources/kind.ts'
import { actionsOf, forwardsIn } from './action.ts'
import type { Conditions } from './condition.ts'
import { conditionNames, conditionsIn, conditionsOf, joinedConditions } from './condition.ts'
import { describeEach } from './describe.ts'
import { freePriority, moveRule, rulesOf, unrecorded } from './rule-priority.ts'
import { retag, tagsWanted } from './tags.ts'

export interface RuleProps extends Conditions {
  readonly listenerArn: string
  /** 1 to 50000, unique in the listener; the lowest that matches wins. */
  readonly priority: number
  readonly targetGroupArn: string
  /** The other of the two groups between which releases move the traffic. */
  readonly alternateTargetGroupArn?: string | undefined
  /** Of the two groups, to begin with: from then on they are the releases'. */
  readonly weights?: readonly number[] | undefined
}

export interface RuleAttributes {
  readonly arn: string
}

export const rule: Kind<RuleProps, RuleAttributes> = {
  type: 'elbv2/rule',
  label: 'listener rule',
  ownership: 'tags',
  replaceOn: ['listenerArn'],
  replacement: {
    deleteFirst: 'A target group receives requests from one load balancer only, and a rule belongs to one.',
  },
  uniqueKeys: [{ props: ['priority', 'listenerArn'], label: 'priority', exchanged: true }],
  directsTraffic: true,
  // Priorities are exchanged: each change has to see the one before.
  oneAtATime: 'listenerArn',
  joining: {
    parent: 'listenerArn',
    target: 'targetGroupArn',
    create: createBeside,
  },
  withdrawn: {
    pathPatterns: { becomes: [] },
    hostHeaders: { becomes: [] },
    httpHeader: { moot: 'a test rule without it is on another listener, and so is another rule' },
    alternateTargetGroupArn: { becomes: '' },
    weights: { moot: 'it goes with the alternate target group' },
  },
  findBy: ['listenerArn', 'priority'],
  seconds: { create: 1, delete: 1 },

  foreignHint: () => 'its listener has a rule of that priority: give the service another `priority`',

  // An absent condition is an empty one, so that a condition taken out of the declaration is seen as a change.
  normalise: props => ({
    ...props,
    pathPatterns: asSet(props.pathPatterns),
    hostHeaders: asSet(props.hostHeaders),
    alternateTargetGroupArn: props.alternateTargetGroupArn ?? '',
  }),

  // As long as the rule forwards to the same two groups, who gets how much is what the last release has made of it.
  yields: (wish, { props: { targetGroupArn, alternateTargetGroupArn, weights } }) =>
    weights &&
    wish.targetGroupArn === targetGroupArn &&
    wish.alternateTargetGroupArn === alternateTargetGroupArn
      ? { ...wish, weights }
      : wish,

  // A second target group without a share of the traffic: ECS asks for it before it moves any.
  ahead: (before, after) =>
    after.alternateTargetGroupArn && !before.alternateTargetGroupArn && sameTargetGroup(before, after)
      ? { ...before, alternateTargetGroupArn: after.alternateTargetGroupArn, weights: [100, 0] }
      : before,

  // Where one rule does not take them all, requests are moved in one step.
  wide: (before, after) => ({ ...after, ...joinedConditions(before, after) }),

  read: async (requests, { aws }) => {
    const recorded = requests.flatMap(({ attributes }) => (attributes ? [attributes.arn] : []))
    const parents = requests.flatMap(({ attributes, props }) =>
      attributes || !props.listenerArn ? [] : [props.listenerArn],
    )
    const [byArn, byParent] = await Promise.all([
      describeEach(recorded, RuleArns => aws.elbv2.describeRules({ RuleArns }).then(({ Rules }) => Rules)),
      Promise.all([...new Set(parents)].map(async arn => [arn, await rulesOf(arn, aws)] as const)).then(
        entries => new Map(entries),
      ),
    ])
    const found = await Promise.all(
      requests.map(async ({ attributes, props, tags }) =>
        attributes
          ? byArn.find(({ RuleArn }) => RuleArn === attributes.arn)
          : unrecorded(byParent.get(props.listenerArn ?? '') ?? [], props.priority, tags, aws),
      ),
    )
    const arns = found.map(row => row?.RuleArn)
    const tags = await tagsWanted(requests, arns, aws)
    return found.map((row, index) =>
      row?.RuleArn
        ? {
            attributes: { arn: row.RuleArn },
            props: {
              listenerArn: listenerArnIn(row.RuleArn),
              priority: Number(row.Priority),
              ...conditionsIn(row, requests[index]!.props.httpHeader),
              ...forwardsIn(row.Actions, requests[index]!.props.targetGroupArn),
            },
            tags: tags.get(row.RuleArn),
          }
        : undefined,
    )
  },

  create: async ({ props, tags }, { aws, random }) => {
    const { Rules } = await aws.elbv2.createRule({
      ListenerArn: props.listenerArn,
      Priority: props.priority,
      Conditions: conditionsOf(props, random),
      Actions: actionsOf(props),
      Tags: tagList(tags),
    })
    return { arn: Rules![0]!.RuleArn! }
  },

  update: async ({ attributes, props, changed }, { aws, random }) => {
    const RuleArn = attributes.arn
    const conditions = conditionNames.some(name => changed.includes(name))
    const forward = changed.some(name => forwardNames.includes(name))
    // A generated value is known to AWS alone, and AWS takes the conditions as a whole.
    const live =
      conditions && props.httpHeader?.values === 'generated'
        ? (await aws.elbv2.describeRules({ RuleArns: [RuleArn] })).Rules?.[0]?.Conditions
        : undefined
    if (conditions || forward)
      await aws.elbv2.modifyRule({
        RuleArn,
        ...(conditions ? { Conditions: conditionsOf(props, random, live) } : {}),
        ...(forward ? { Actions: actionsOf(props) } : {}),
      })
    // Last, so that a request for the rule meets it in its old place or in its new one.
    if (changed.includes('priority')) await moveRule(RuleArn, props, aws)
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  delete: async ({ attributes: { arn } }, { aws }) => {
    await orAbsent(aws.elbv2.deleteRule({ RuleArn: arn }))
  },
}

function sameTargetGroup(before: RuleProps, after: RuleProps): boolean {
  return before.targetGroupArn === after.targetGroupArn
}

/** On a free priority where another rule still has the wanted one. A hidden one matches no request that people send. */
async function createBeside(
  { props, tags, token }: CreateRequest<RuleProps>,
  { aws, random }: KindContext,
  hidden: boolean,
): Promise<RuleAttributes> {
  // Nobody can send the request that a generated value asks for before it is read from the rule.
  const isHidden = props.httpHeader?.values === 'generated'
  const { Rules } = await aws.elbv2.createRule({
    ListenerArn: props.listenerArn,
    Priority: freePriority(await rulesOf(props.listenerArn, aws), props.priority),
    Conditions: conditionsOf(
      hidden && !isHidden
        ? { ...props, ...noPeople, httpHeader: { name: 'x-provision', values: [token] } }
        : props,
      random,
    ),
    Actions: actionsOf(props),
    Tags: tagList(tags),
  })
  return { arn: Rules![0]!.RuleArn! }
}

const noPeople = { pathPatterns: [], hostHeaders: [] }

const forwardNames: readonly string[] = ['targetGroupArn', 'alternateTargetGroupArn', 'weights']

function asSet(values: RuleProps['pathPatterns']): RuleProps['pathPatterns'] {
  if (values === undefined) return []
  return Array.isArray(values) ? sorted(values) : values
}

/** `…:listener-rule/app/name/hash/listener/rule` belongs to `…:listener/app/name/hash/listener`. */
function listenerArnIn(ruleArn: string): string {
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '')
}
