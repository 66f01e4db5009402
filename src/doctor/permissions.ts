import { allPages } from '../aws/pages.ts'
import { meaningOf } from '../aws/errors.ts'
import type { Statement } from '../policy/statement.ts'
import type { KindContext } from '../resources/kind.ts'
import type { Check, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'

/**
 * Whoever runs this may do what `up` does, as far as IAM's simulator tells: the policies of the user or role, its
 * permissions boundary and those of the organisation, not those of a session. Changes nothing, and calls none of it.
 */
export const permissions: Check = async ({ allowances, context }) => {
  const { Arn = '' } = await context.aws.sts.getCallerIdentity({})
  // The root user may do everything, and IAM does not simulate it.
  if (Arn.endsWith(':root'))
    return [ok('permissions', 'the root user may do all of it; a role would do with less')]
  const principal = await principalOf(Arn, context)
  if (!principal)
    return [warn('permissions', `IAM cannot tell what ${Arn} may do`, 'compare with provision policy up')]
  const results = await Promise.all(allowances.map(statement => simulate(principal, statement, context)))
  return verdictOn(principal, results.flat())
}

interface Verdict {
  readonly action: string
  readonly allowed: boolean
  /** It hangs on what only the call itself would tell, such as where it comes from. */
  readonly unsure: boolean
}

/** What the simulator says of one action, and of each resource it was asked about. */
interface Evaluation {
  readonly EvalActionName?: string | undefined
  readonly EvalDecision?: string | undefined
  readonly MissingContextValues?: readonly string[] | undefined
  readonly ResourceSpecificResults?:
    | readonly {
        readonly EvalResourceDecision?: string | undefined
        readonly MissingContextValues?: readonly string[] | undefined
      }[]
    | undefined
}

async function simulate(
  PolicySourceArn: string,
  { Action, Resource, Condition = {} }: Statement,
  { aws }: KindContext,
): Promise<Verdict[]> {
  const results = await allPages(Marker =>
    aws.iam
      .simulatePrincipalPolicy({
        PolicySourceArn,
        ActionNames: [...Action],
        // As the pattern reads: what the pattern matches, it matches itself.
        ResourceArns: [...Resource],
        ContextEntries: contextOf(Condition),
        Marker,
      })
      .then(page => ({ rows: page.EvaluationResults, next: page.Marker })),
  )
  return Action.map(action => verdictOf(action, results))
}

/** A statement is for many actions and for the resources of all of them: one of them has to do. */
function verdictOf(action: string, results: readonly Evaluation[]): Verdict {
  const own = results.filter(({ EvalActionName }) => EvalActionName === action)
  const parts = own.flatMap(one => [one, ...(one.ResourceSpecificResults ?? [])])
  const decisions = own.flatMap(one => [
    one.EvalDecision,
    ...(one.ResourceSpecificResults ?? []).map(part => part.EvalResourceDecision),
  ])
  return {
    action,
    allowed: decisions.includes('allowed'),
    unsure: parts.some(({ MissingContextValues = [] }) => MissingContextValues.length > 0),
  }
}

/** The values that the statement asks for: tags, services, kinds of calls. */
function contextOf(condition: NonNullable<Statement['Condition']>) {
  return Object.values(condition).flatMap(keys =>
    Object.entries(keys).map(([ContextKeyName, values]) => ({
      ContextKeyName,
      ContextKeyValues: [values].flat(),
      ContextKeyType: 'string' as const,
    })),
  )
}

function verdictOn(principal: string, verdicts: readonly Verdict[]): Finding[] {
  const name = principal.split(':').at(-1)!
  const allowed = new Set(verdicts.filter(one => one.allowed).map(({ action }) => action))
  const denied = [...new Set(verdicts.map(({ action }) => action))].filter(action => !allowed.has(action))
  if (denied.length === 0)
    return [ok('permissions', `${name} may make all ${allowed.size} kinds of calls that up makes`)]
  const sure = denied.filter(action => verdicts.some(one => one.action === action && !one.unsure))
  const listed = (actions: readonly string[]) =>
    `${actions.slice(0, most).join(', ')}${actions.length > most ? ` and ${actions.length - most} more` : ''}`
  const hint = 'provision policy up prints what it needs; allow that, or use another profile'
  return sure.length > 0
    ? [fail('permissions', `${name} may not ${listed(sure.toSorted())}`, hint)]
    : [
        warn(
          'permissions',
          `${name} may ${listed(denied.toSorted())} only on conditions that cannot be tried here`,
          hint,
        ),
      ]
}

const most = 8

/** The user, or the role behind a session; undefined for a federated user. */
async function principalOf(
  arn: string,
  { aws, account, partition }: KindContext,
): Promise<string | undefined> {
  if (arn.includes(':user/')) return arn
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? []
  if (RoleName === undefined) return undefined
  try {
    // The session does not tell the path of its role.
    const { Role } = await aws.iam.getRole({ RoleName })
    return Role?.Arn
  } catch (error) {
    if (meaningOf(error) !== 'denied') throw error
    return `arn:${partition}:iam::${account}:role/${RoleName}`
  }
}
