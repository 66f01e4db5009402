import { canonical } from '../resources/json.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Restored } from '../resources/restored.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved } from './decision.ts'
import { normal } from './diff.ts'

type Props = Readonly<Record<string, unknown>>

interface Yielding {
  readonly observed: AnyObserved | undefined
  readonly entry: Entry | undefined
  readonly restored?: Restored | undefined
}

/** The wish with what releases own as they have left it: what is compared with AWS, and what is applied. */
export function yielding(kind: AnyKind, wish: Props, { observed, entry, restored }: Yielding): Props {
  if (!observed || !(kind.yields ?? restored)) return wish
  const last = entry?.status === 'ready' ? normal(kind, entry.props) : undefined
  const own = normal(kind, wish)
  const left = restored && last ? broughtBack(own, observed, last, restored) : {}
  return { ...(kind.yields ? (kind.yields(own, observed, last) as Props) : own), ...left }
}

/** Props that are still as a release has brought them back, and of which the config says nothing new since. */
function broughtBack(own: Props, { props, attributes }: AnyObserved, last: Props, restored: Restored): Props {
  const declared = Object.keys(own).filter(name => own[name] !== undefined)
  const isAsBefore = (name: string) => canonical(own[name]) === canonical(last[name])
  if ('arns' in restored)
    return declared.every(isAsBefore) && restored.arns.includes(String(attributes['arn']))
      ? picked(props, declared)
      : {}
  return picked(
    props,
    declared.filter(
      name =>
        name in restored.props &&
        canonical(props[name]) === canonical(restored.props[name]) &&
        isAsBefore(name),
    ),
  )
}

function picked(props: Props, names: readonly string[]): Props {
  return Object.fromEntries(names.map(name => [name, props[name]]))
}
