import { readFileSync, readlinkSync } from 'node:fs'
import type { Boot } from './effects.ts'

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Only Linux says so; elsewhere a process is known by its id alone. */
export function bootOf(): Boot | undefined {
  return onLinux(() => ({
    id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
  }))
}

/** Clock ticks between the boot and the start of the process. */
export function startOf(pid: number): string | undefined {
  // The second field is the name of the program in brackets, which may hold spaces; the start is the 22nd.
  return onLinux(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19])
}

function onLinux<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
