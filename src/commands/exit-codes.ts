/** How a command ended, as the shell sees it. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Changes or drift, only with --detailed-exitcode. */
  changes: 2,
  usage: 64,
  config: 65,
  bug: 70,
  locked: 75,
  access: 77,
  interrupted: 130,
} as const
