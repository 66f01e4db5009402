import { SandboxGap } from '../fault.ts'
import type { World } from '../world.ts'
import type { DeploymentRow, HookRow, Stage } from './rows.ts'

const defaultTimeout = 1440

/** The hooks that hold the deployment in this stage. Those of one stage run side by side. */
export function enabledHooks(
  world: World,
  { configuration }: DeploymentRow,
  stage: Stage,
  at: number,
): HookRow[] {
  return (configuration.lifecycleHooks ?? [])
    .filter(({ lifecycleStages = [] }) => lifecycleStages.some(one => one === stage))
    .map(({ targetType, timeoutConfiguration: timeout }) => {
      if (targetType !== 'PAUSE') throw new SandboxGap('has no Lambda functions for lifecycle hooks')
      return {
        id: world.id('', 32),
        expiresAt: at + (timeout?.timeoutInMinutes ?? defaultTimeout) * 60_000,
        timeoutAction: timeout?.action ?? 'ROLLBACK',
        status: 'AWAITING_ACTION',
      }
    })
}
