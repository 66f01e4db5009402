import { sizeFindings } from '../config/rules/services.ts'
import type { ServiceConfig } from '../config/schema/stack.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import type { Live } from '../rollout/live.ts'
import { ownContainer } from '../rollout/live.ts'
import type { OneOffTask, TaskSettings } from '../rollout/one-off-task.ts'
import { overridesOf } from '../rollout/one-off-task.ts'
import { usage } from './rollout-options.ts'

/** What `run` takes for one task. */
export interface TaskSettingsOptions {
  readonly cpu?: string | undefined
  readonly memory?: string | undefined
  /** `KEY=VALUE`. */
  readonly env?: readonly string[] | undefined
}

/** Characters of JSON: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
const overridesAtMost = 8192

/** Throws with code `usage` on what cannot be read, and on sizes that the service's capacity does not have. */
export function taskSettingsOf(
  { cpu, memory, env = [] }: TaskSettingsOptions,
  service: Pick<ServiceConfig, 'cpu' | 'memory' | 'capacity'>,
): TaskSettings {
  const settings: TaskSettings = {
    ...(cpu !== undefined && { cpu: numberOf(cpu, '--cpu', '512 (CPU units: 1024 are one vCPU)') }),
    ...(memory !== undefined && { memory: numberOf(memory, '--memory', '1024 (MiB)') }),
    environment: Object.fromEntries(env.map(variableOf)),
  }
  checkSize(settings, service)
  return settings
}

/** The same against what the service runs, which may differ from the config. */
export function checkAgainst(
  task: Omit<OneOffTask, 'token' | 'taskDefinition'>,
  running: Live['taskDefinition'],
  { cpu, memory, capacity }: Pick<ServiceConfig, 'cpu' | 'memory' | 'capacity'>,
): void {
  checkSize(task, {
    cpu: Number(running.cpu ?? cpu),
    memory: Number(running.memory ?? memory),
    capacity,
  })
  const { secrets = [] } = ownContainer(running, task.live.target.name) ?? {}
  const secret = Object.keys(task.environment ?? {}).find(key => secrets.some(({ name }) => name === key))
  if (secret !== undefined)
    throw usage(
      `--env ${safe(secret)}: the service gets it from a secret, and ECS takes no other value for it`,
      'leave it out, or give the secret its value with provision secret set',
    )
  const { length } = JSON.stringify(overridesOf(task))
  if (length > overridesAtMost)
    throw usage(
      `the command and its variables take ${length} characters, and ECS takes ${overridesAtMost}`,
      'put what is long into the image, a bucket or a parameter',
    )
}

function checkSize(
  { cpu, memory }: TaskSettings,
  service: Pick<ServiceConfig, 'cpu' | 'memory' | 'capacity'>,
): void {
  if (cpu === undefined && memory === undefined) return
  const [wrong] = sizeFindings({
    cpu: cpu ?? service.cpu,
    memory: memory ?? service.memory,
    capacity: service.capacity,
  })
  if (!wrong) return
  throw new ProvisionError({
    code: 'usage',
    message: `the task cannot have this size: ${wrong.message}`,
    hint: `${wrong.path[0] === 'cpu' ? '--cpu' : '--memory'}: ${wrong.fix}`,
  })
}

function numberOf(text: string, option: string, example: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw usage(`${option} ${safe(text)} is not a whole number`, `write ${option} ${example}`)
}

function variableOf(text: string): readonly [string, string] {
  const [, key, value] = /^([^=\s]+)=([^]*)$/.exec(text) ?? []
  if (key !== undefined && value !== undefined) return [key, value]
  throw usage(
    `--env ${safe(text)} is not KEY=VALUE`,
    'write --env LOG_LEVEL=debug; the environment of the stack is chosen with -e',
  )
}
