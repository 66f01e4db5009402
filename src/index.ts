export { defineStack } from './config/define.ts'
export { loadConfig } from './config/load.ts'
export { ProvisionError } from './errors.ts'
export type { RunEvent, Listener } from './events/event.ts'
