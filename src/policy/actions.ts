import type { Kinds } from '../kinds/index.ts'
import { accountActions } from './account-actions.ts'
import { computeActions } from './compute-actions.ts'
import { dataActions } from './data-actions.ts'
import { edgeActions } from './edge-actions.ts'
import type { KindActions } from './kind-actions.ts'
import { networkActions } from './network-actions.ts'

/** What IAM has to allow for each kind. A kind that is not in it does not compile. */
export const actions: Readonly<Record<keyof Kinds, KindActions>> = {
  ...networkActions,
  ...edgeActions,
  ...computeActions,
  ...dataActions,
  ...accountActions,
}
