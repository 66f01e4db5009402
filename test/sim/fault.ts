/** What can go wrong with one call to AWS. */
export const callFaults = [
  'kill before it is sent',
  'kill when it is carried out',
  'kill when it is answered',
  'request lost',
  'response lost',
  'arrives 25 s late',
  'arrives 4 min late',
  '500, not carried out',
  '500, carried out',
  'throttled',
  'credentials expired',
  'Ctrl-C',
  'paused 10 min',
  'clock set forward 5 h',
  'clock set back 5 h',
] as const

/** What can go wrong with one read. */
export const readFaults = ['denied', 'answers nothing', 'request lost'] as const

/** What can go wrong with one write to the disk. After one write is before the next. */
export const diskFaults = ['kill before', 'kill halfway', 'disk full', 'disk error'] as const

/** What can go wrong with one write to the ledger's table in DynamoDB. */
export const tableFaults = [
  'kill before it is sent',
  'kill when it is carried out',
  'request lost',
  'response lost',
  'arrives 25 s late',
  '500, not carried out',
  '500, carried out',
  'throttled',
  'paused 10 min',
  'cut off for 3 min',
] as const

/** What makes a run lose its lease while it lives, or almost. It can strike at any call and at any write to the table. */
export const absences = ['paused 40 s', 'paused 90 s', 'paused 10 min', 'cut off for 3 min'] as const

/** What must not make it lose the lease: someone sets its wall clock. */
export const clockFaults = ['clock set forward 5 h', 'clock set back 5 h'] as const

/** What happens in AWS, or beside it, while a release is under way. */
export const releaseEvents = [
  'the new version gets sick',
  'the old version gets sick',
  'weights are set by hand',
  'somebody else releases',
] as const

export type ReleaseEvent = (typeof releaseEvents)[number]
export type CallFault = (typeof callFaults)[number] | (typeof absences)[number]
export type TableFault =
  (typeof tableFaults)[number] | (typeof absences)[number] | (typeof clockFaults)[number]
export type ReadFault = (typeof readFaults)[number]
export type DiskFault = (typeof diskFaults)[number]

/**
 * One fault, as data, so that it can be shrunk and written down. `at` names a call by its operation and how many of
 * them went before in this command (`CreateVpc#0`), or a write to the disk (`disk#12`) or to the table (`table#12`): a number alone would point
 * elsewhere as soon as the code changes.
 */
export interface Fault {
  readonly at: string
  readonly kind: CallFault | ReadFault | DiskFault | TableFault | ReleaseEvent
}
