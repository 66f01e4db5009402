import microdiff from 'microdiff'
import type { Address } from '../resources/address.ts'
import { canonical, documentIn, isPlain } from '../resources/json.ts'
import type { Plan } from './decision.ts'
import type { Change } from './plan.ts'

/** One value of the config: where it stands, and what it should be. Undefined: it should not be there. */
export interface ConfigValue {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/**
 * The one value of the config that would make the wish agree with AWS on a change, found by trying: whatever equals what
 * the ledger has is set to what AWS has, and a plan is made. It counts only where that change is then gone and none has
 * come at another address. Undefined where no single value says it. `change` has AWS's value as `before` and the ledger's as `after`.
 */
export function configValueFor<Config extends object>(
  { address, change }: { readonly address: Address; readonly change: Change },
  config: Config,
  planFor: (config: Config) => Pick<Plan, 'decisions'>,
): ConfigValue | undefined {
  const move = onlyMove(change)
  if (!move) return undefined
  const before = changesIn(planFor(config))
  const target = `${address} ${change.path}`
  const candidates = leavesIn(config)
    .filter(({ value }) => String(value) === String(move.from))
    .map(({ path, value }) => {
      const said = { path, value: likeA(value, move.to) }
      const after = changesIn(planFor(withValue(config, said)))
      const come = [...after].filter(([where, wish]) => before.get(where) !== wish).map(([where]) => where)
      return { said, works: !after.has(target), come }
    })
    .filter(({ works, come }) => works && come.every(where => where.startsWith(`${address} `)))
  // Others beside it at the same address are at least about the same thing: a description that names a threshold.
  return candidates.toSorted((a, b) => a.come.length - b.come.length)[0]?.said
}

/** What a change does to a single plain value, wherever inside it stands. */
function onlyMove({ before: actual, after: recorded }: Change): { from: unknown; to: unknown } | undefined {
  const differences = microdiff({ value: documentIn(recorded) }, { value: documentIn(actual) })
  const [first] = differences
  if (!first || first.type === 'CREATE' || differences.length > 1) return undefined
  const to = first.type === 'REMOVE' ? undefined : (first.value as unknown)
  return isPlain(first.oldValue) && isPlain(to) ? { from: first.oldValue, to } : undefined
}

function changesIn({ decisions }: Pick<Plan, 'decisions'>): Map<string, string> {
  return new Map(
    decisions.flatMap(({ address, action, changes }) => [
      ...(action === 'none' ? [] : [[`${address} `, action] as const]),
      ...changes.map(({ path, after }) => [`${address} ${path}`, canonical(after) ?? ''] as const),
    ]),
  )
}

function leavesIn(value: unknown, path: ConfigValue['path'] = []): ConfigValue[] {
  if (isPlain(value)) return [{ path, value }]
  if (Array.isArray(value)) return value.flatMap((member, index) => leavesIn(member, [...path, index]))
  return Object.entries(value as object).flatMap(([key, member]) => leavesIn(member, [...path, key]))
}

function likeA(leaf: unknown, value: unknown): unknown {
  return typeof leaf === 'number' && typeof value === 'string' && value !== '' ? Number(value) : value
}

/** The order of the members stays: priorities of rules follow from it. */
function withValue<Part>(part: Part, { path: [key, ...rest], value }: ConfigValue): Part {
  if (key === undefined) return value as Part
  const changed = (member: unknown) => withValue(member, { path: rest, value })
  if (Array.isArray(part))
    return part.map((member: unknown, index) => (index === key ? changed(member) : member)) as Part
  const members = Object.entries(part as object).map(
    ([name, member]) => [name, name === key ? changed(member) : (member as unknown)] as const,
  )
  return Object.fromEntries(members.filter(([, member]) => member !== undefined)) as Part
}
