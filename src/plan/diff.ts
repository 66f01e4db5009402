import { canonical } from '../resources/json.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import type { Recorded } from '../state/entry.ts'
import type { Change } from './plan.ts'

type Props = Readonly<Record<string, unknown>>

/**
 * What differs between the wish and AWS, prop by prop. Only props that the wish names are compared: what is not
 * declared is not managed. `recorded` is what was last applied; it tells drift from a changed wish. Of the
 * `released` props only a changed wish counts, whatever AWS has.
 */
export function diffProps(
  kind: AnyKind,
  wish: Props,
  observed: Props,
  recorded: Recorded | undefined,
  released: readonly string[] = [],
): Change[] {
  const wanted = normal(kind, wish)
  const before = recorded && normal(kind, recorded)
  const asBefore = (name: string, value: unknown) =>
    !before || !(name in before) || canonical(before[name]) === canonical(value)
  return Object.entries(wanted)
    .filter(([name]) => !kind.initial?.includes(name))
    .filter(([name, value]) => value !== undefined && canonical(value) !== canonical(observed[name]))
    .filter(([name, value]) => !released.includes(name) || !asBefore(name, value))
    .map(([name, after]) => {
      const effect = kind.effects?.[name]
      return {
        path: name,
        before: observed[name],
        after,
        replaces: kind.replaceOn.includes(name),
        ...(effect ? { effect } : {}),
        cause: before && canonical(before[name]) === canonical(after) ? 'drift' : 'config',
      }
    })
}

/**
 * Tags to set and to remove. Tags that neither the wish nor the last run knows are someone else's and stay.
 * `observed` is what AWS shows, or what was recorded where reading it would cost another call.
 */
export function diffTags(wish: Tags, observed: Tags, recorded: Tags | undefined): Change[] {
  const set = Object.entries(wish).filter(([key, value]) => observed[key] !== value)
  const remove = Object.keys(recorded ?? {}).filter(key => !(key in wish) && key in observed)
  const change = (key: string, after: string | undefined): Change => ({
    path: `tags.${key}`,
    before: observed[key],
    after,
    replaces: false,
    cause: recorded && recorded[key] === after ? 'drift' : 'config',
  })
  return [...set.map(([key, value]) => change(key, value)), ...remove.map(key => change(key, undefined))]
}

/** The props as the kind compares them. */
export function normal(kind: AnyKind, props: Props): Props {
  return kind.normalise ? (kind.normalise(props) as Props) : props
}
