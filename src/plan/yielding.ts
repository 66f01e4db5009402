import type { AnyKind } from '../resources/kind.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved } from './decision.ts'
import { normal } from './diff.ts'

type Props = Readonly<Record<string, unknown>>

/** The wish with what releases own as they have left it: what is compared with AWS, and what is applied. */
export function yielding(
  kind: AnyKind,
  wish: Props,
  { observed, entry }: { readonly observed: AnyObserved | undefined; readonly entry: Entry | undefined },
): Props {
  if (!kind.yields || !observed) return wish
  const last = entry?.status === 'ready' ? normal(kind, entry.props) : undefined
  return kind.yields(normal(kind, wish), observed, last) as Props
}
