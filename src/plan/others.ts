import type { AnyKind } from '../resources/kind.ts'
import { isUnknown } from '../resources/reference.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved } from './decision.ts'

type Props = Readonly<Record<string, unknown>>

/**
 * What AWS has, without the members that others have added to collections of this resource: what neither the desired
 * state nor the last run names. They are told in `unmanaged`, and neither compared nor changed. References in `desired` that
 * are not known yet are `Unknown`s.
 */
export function withoutOthers(
  kind: AnyKind,
  found: AnyObserved,
  desired: Props,
  entry: Entry | undefined,
): AnyObserved {
  const recorded: Props | undefined = entry && 'props' in entry ? entry.props : undefined
  const props: Record<string, unknown> = { ...found.props }
  const lines: string[] = []
  for (const addition of kind.additions ?? []) {
    if (addition.rule !== 'left alone' || addition.seen !== 'in a prop') continue
    const { prop, members, line } = addition
    // What is not named at all is not managed, and what is not known yet may be any of them.
    if (desired[prop] === undefined || isUnknown(desired[prop])) continue
    const ours = new Set([
      ...Object.keys(members.in(desired[prop])),
      ...Object.keys(members.in(recorded?.[prop])),
    ])
    const others = Object.keys(members.in(found.props[prop])).filter(name => !ours.has(name))
    if (others.length === 0) continue
    props[prop] = members.only(found.props[prop], ours)
    lines.push(...others.toSorted().map(line))
  }
  return lines.length === 0 ? found : { ...found, props, unmanaged: [...(found.unmanaged ?? []), ...lines] }
}

/**
 * What is recorded while an update is under way: members that it removes stay recorded until it is over. A run that was
 * cut off would otherwise leave them behind as something of others.
 */
export function untilGone(kind: AnyKind, desired: Props, recorded: Props | undefined): Props {
  const collections = (kind.additions ?? []).flatMap(addition =>
    addition.rule === 'left alone' && addition.seen === 'in a prop' ? [addition] : [],
  )
  return Object.fromEntries(
    collections
      .filter(({ prop }) => desired[prop] !== undefined && recorded?.[prop] !== undefined)
      .map(({ prop, members }) => [prop, members.joined(desired[prop], recorded?.[prop])]),
  )
}
