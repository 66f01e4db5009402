import type { Operations, ServiceName } from '../aws/services.ts'
import type { World } from './world.ts'

type Answer<Operation> = Operation extends (input: infer Input) => Promise<infer Output>
  ? (input: Input, world: World) => Omit<Output, '$metadata'>
  : never

/**
 * One AWS service: a function for each operation that kinds call, no more and no fewer. Each is synchronous, so a
 * request takes effect at one instant. `$metadata` is added by the caller.
 */
export type SandboxService<S extends ServiceName> = {
  readonly [Name in keyof Operations<S>]: Answer<Operations<S>[Name]>
}
