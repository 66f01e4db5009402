/** The commands that a policy can be printed for. */
export const policyCommands = [
  'plan',
  'up',
  'rollout',
  'restart',
  'teardown',
  'status',
  'outputs',
  'docs',
  'cost',
  'drift',
  'doctor',
  'logs',
  'run',
  'secret',
  'snapshot',
  'prune',
] as const
export type PolicyCommand = (typeof policyCommands)[number]
