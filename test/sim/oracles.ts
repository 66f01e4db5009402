import { addressTag, lineageTag, serialTag } from '../../src/aws/tags.ts'
import type { Entry } from '../../src/state/entry.ts'
import type { Announced } from './announced.ts'
import type { Tally } from './cloud.ts'
import type { Sent } from './network.ts'
import type { Universe } from './universe.ts'

/**
 * The world and the ledger with the names of chance taken out (ids, times), so that two runs that came to the same end
 * by different ways compare as equal.
 */
export async function portrait(universe: Universe): Promise<readonly string[]> {
  await universe.refresh()
  const ledger = await universe.ledger()
  const names = [...(ledger?.entries.values() ?? [])].flatMap(idsIn)
  const known = new Map(names.toSorted(([a], [b]) => b.length - a.length))
  const plain = (text: string) => {
    let named = text
    for (const [id, name] of known) named = named.replaceAll(id, name)
    return named
      .replace(/\b(?=[0-9a-f-]*\d)[0-9a-f]{5,}(-[0-9a-f]{4,})*\b/gi, '…')
      .replace(/\b2600:[0-9a-f:]+(?=\/)/g, 'an IPv6 range')
      .replace(/\b\d{1,3}(\.\d{1,3}){3}\b(?!\/)/g, 'an address')
      .replace(/A(RO|ID|IP)A[A-Z0-9]+/g, '…')
      .replace(/ns-\d+\.awsdns-\d+/g, 'ns')
  }
  const rows = Object.entries(universe.cloud.tables()).flatMap(([table, list]) =>
    list.map(row => `${table} ${JSON.stringify(bare(row, plain))}`),
  )
  const entries = [...(ledger?.entries.values() ?? [])].map(
    ({ address, type, status, deposed }) => `ledger ${address} ${type} ${status} ${deposed.length}`,
  )
  return [...rows, ...entries].toSorted()
}

/**
 * A row without what chance decides: ids, times, the subnet in which AWS has put a task, and the order of lists, which
 * is that in which things were made.
 */
function bare(value: unknown, plain: (text: string) => string): unknown {
  if (typeof value === 'string') return plain(value)
  // Times, and the numbers of service revisions.
  if (typeof value === 'number') return value > 1e10 ? 'a number of chance' : value
  if (Array.isArray(value)) {
    const members = value.map(member => bare(member, plain))
    return members.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  // How long a task takes to fail depends on when the load balancer became active.
  const chosen = ['failsEvery', ...('description' in value ? ['subnetId'] : [])]
  const told = Object.entries(value).filter(([name]) => ![...chosen, lineageTag, serialTag].includes(name))
  return Object.fromEntries(told.map(([name, member]) => [plain(name), bare(readable(name, member), plain)]))
}

/** The script of an instance names what it uses by their ids, in Base64. */
function readable(name: string, value: unknown): unknown {
  return name === 'userData' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value
}

function idsIn(entry: Entry): (readonly [string, string])[] {
  if (!('attributes' in entry)) return []
  return Object.entries(entry.attributes).flatMap(([name, value]) =>
    typeof value === 'string' && /\d/.test(value) && value.length > 8 && !/^[\d.]+$/.test(value)
      ? [[value, `<${entry.address}.${name}>`] as const]
      : [],
  )
}

/** What one list has more and less often than the other. */
export function differences(actual: readonly string[], wanted: readonly string[]): string[] {
  const count = new Map<string, number>()
  for (const line of actual) count.set(line, (count.get(line) ?? 0) + 1)
  for (const line of wanted) count.set(line, (count.get(line) ?? 0) - 1)
  return [...count].flatMap(([line, n]) =>
    n === 0 ? [] : [`${n > 0 ? 'more' : 'less'}: ${line.slice(0, 400)}`],
  )
}

/** Where two tallies differ, for people. */
export function tallyDifferences(actual: Tally, wanted: Tally): string[] {
  return [...new Set([...Object.keys(actual), ...Object.keys(wanted)])].flatMap(table =>
    // Network interfaces are AWS's own doing.
    table === 'ec2/interface' || (actual[table] ?? 0) === (wanted[table] ?? 0)
      ? []
      : [`${table}: ${actual[table] ?? 0} instead of ${wanted[table] ?? 0}`],
  )
}

/** Why this request may not leave yet: the ledger on the disk does not say that it will. Empty when it does. */
export function unannounced(
  { operation, input, read }: Sent,
  ledger: ReadonlyMap<string, Announced>,
): string[] {
  if (read) return []
  // The mark of how old the ledger is changes nothing of the stack; a bucket is told all of its tags anew with it.
  if (/Tag/.test(operation) && JSON.stringify(input).includes(serialTag)) return []
  const address = addressIn(input)
  if (address !== undefined) {
    const entry = ledger.get(address)
    if (!entry || entry.status === 'ready')
      return [`P10 ${operation} for ${address}, which the ledger calls ${entry?.status}`]
  }
  // What came late has no entry of its own; its tags say whose it is.
  if (/^Delete(Vpc|InternetGateway)$|^ReleaseAddress$/.test(operation)) return []
  if ([...ledger.values()].some(({ status, deposed }) => status !== 'ready' || deposed.length > 0)) return []
  return [`P10 ${operation}, and nothing in the ledger says so`]
}

/** The address tag in the tags of a create call, in any of AWS's spellings. */
function addressIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  const object = input as Record<string, unknown>
  if (typeof object[addressTag] === 'string') return object[addressTag]
  const key = object['Key'] ?? object['key'] ?? object['TagKey']
  if (key === addressTag) return String(object['Value'] ?? object['value'] ?? object['TagValue'])
  for (const member of Object.values(object)) {
    const found = addressIn(member)
    if (found !== undefined) return found
  }
  return undefined
}
