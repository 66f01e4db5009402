import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

/** The option of the commands that take the ledger's lock, in milliseconds once it is parsed. */
export function lockWait() {
  return new Option(
    '--lock-wait <duration>',
    'wait so long for a run that holds the lock: 90s, 10m, 1h',
  ).argParser(milliseconds)
}

function milliseconds(text: string): number {
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  if (!unit) throw new InvalidArgumentError('write 90s, 10m or 1h')
  return Number(count) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}
