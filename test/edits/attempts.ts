import type { Write } from './wire.ts'

/** The longest time in which AWS refused the same call again and again, and never took it. Seconds. */
export function retriedIn(writes: readonly Write[]): number {
  return Math.max(0, ...[...attemptsIn(writes).values()].map(lengthOf))
}

function attemptsIn(writes: readonly Write[]): Map<string, Write[]> {
  const attempts = new Map<string, Write[]>()
  for (const write of writes) {
    const key = `${write.operation} ${write.input}`
    attempts.set(key, [...(attempts.get(key) ?? []), write])
  }
  return attempts
}

function lengthOf(attempts: readonly Write[]): number {
  const blocked = attempts.filter(write => write.blocked)
  const [first] = blocked
  const last = blocked.at(-1)
  if (!first || !last || last !== attempts.at(-1)) return 0
  return Math.round((last.at - first.at) / 1000)
}

/** The same for people. */
export function retriedFinding(writes: readonly Write[], seconds: number): string {
  const [, attempts] = [...attemptsIn(writes)].find(([, all]) => lengthOf(all) === seconds)!
  const { operation, error, input } = attempts[0]!
  return `retried a call that the stack itself makes impossible for ${seconds} s: ${operation} ${error} ${input.slice(0, 160)}`
}
