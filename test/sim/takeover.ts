import type { Fault } from './fault.ts'
import { absences, clockFaults } from './fault.ts'
import { differences, portrait, tallyDifferences } from './oracles.ts'
import type { Clean, Findings } from './sweep.ts'
import { told, until } from './sweep.ts'
import type { Ended } from './typed.ts'
import { Universe } from './universe.ts'

/** How wrong the wall clock of the second host is: hours, in either direction or not at all. */
const skews = [0, 3, -3].map(hours => hours * 3_600_000)

/**
 * A run loses its lease while it lives: it is paused, or its heartbeat does not get through. On another host the same
 * command is typed; it watches for one lease, takes over and makes the stack whole. The first, when it wakes, changes
 * nothing more: neither the ledger nor AWS.
 */
export async function takeoverWith(clean: Clean, seed: number, faults: readonly Fault[]): Promise<Findings> {
  const universe = new Universe(clean.example, seed, { store: clean.store })
  const sites = new Set(faults.map(({ at }) => at))
  let strike: () => void = () => undefined
  const struck = new Promise<void>(resolve => (strike = resolve))
  const onSite = (site: string) => {
    if (sites.has(site)) strike()
  }
  const first = universe.begin('up', { faults, onSite }).finally(strike)
  const other = { host: 'runner-7', skew: skews[seed % skews.length] }
  const second = struck.then(() => universe.begin('up', other))
  const both = await universe.time.until(Promise.all([first, second]))
  const [one, two] = both
  const findings = both.flatMap(ended => wrongEnd(ended))
  // The other may also come when it is all over.
  const minded = two.error?.code === 'locked' || (two.code === 0 && two.writes.length === 0)
  if (faults.every(({ kind }) => kind.startsWith('clock')) && (one.code !== 0 || !minded))
    findings.push(`P13 a wrong clock cost the lease: ${told(one)} AND ${told(two)}`)
  await until(universe, 'up', findings)
  await universe.settle()
  const quiet = await universe.run('up')
  if (quiet.code !== 0 || quiet.writes.length > 0)
    findings.push(`P5 the next up is not quiet: ${quiet.writes.join(' ')} ${told(quiet)}`)
  return [
    ...findings,
    ...universe.findings,
    ...differences(await portrait(universe), clean.whole).map(line => `P7 ${line}`),
    ...tallyDifferences(universe.cloud.made(), clean.made).map(line => `P9 made ${line}`),
  ]
}

/** Whoever does not come to the end has to say that the lock or the ledger kept it from it. */
function wrongEnd(ended: Ended): string[] {
  const kept = ended.error?.code === 'locked' || ended.error?.code === 'ledger'
  return ended.code === 0 || kept || /lock|ledger/i.test(ended.err)
    ? []
    : [`P13 ends without saying why: ${told(ended)}`]
}

/** Every single way to lose the lease, or to keep it on a wrong clock: at each call, at each write to the table. */
export function singleAbsences({ sent, ledgerSites }: Ended): Fault[] {
  const sites = [...sent.map(({ site }) => site), ...ledgerSites]
  return sites.flatMap(at => [...absences, ...clockFaults].map(kind => ({ at, kind })))
}
