import { Interrupted } from '../engine/walk.ts'
import { ProvisionError } from '../errors.ts'
import type { RunEvent } from '../events/event.ts'
import type { RolloutOptions } from './rollout-options.ts'
import type { RollbackOptions } from './rollout-verbs.ts'
import { sameStack, words } from './same-stack.ts'

/** Which services' releases ECS carries out while this command follows them. */
export class UnderWay {
  readonly #asked: string[] = []
  readonly #begun = new Set<string>()
  readonly #finished = new Set<string>()

  note(event: RunEvent): void {
    if (event.type === 'rollout.started') this.#asked.push(...event.services)
    if (event.type === 'release.started' || event.type === 'release.stage') this.#begun.add(event.service)
    if (event.type === 'release.finished') this.#finished.add(event.service)
  }

  /** A command that begins no release follows the ones that it was asked for. */
  get services(): readonly string[] {
    const all = this.#begun.size > 0 ? [...this.#begun] : this.#asked
    return all.filter(service => !this.#finished.has(service))
  }
}

/**
 * The end of a command that was interrupted, with the command that continues it: following again once ECS carries out
 * the release, else the same command. `command` is what was typed: `rollout web`, `restart web`.
 */
export function interrupted(
  error: unknown,
  command: string,
  options: RolloutOptions & RollbackOptions,
  underWay: UnderWay,
): ProvisionError {
  const { services } = underWay
  if (error instanceof Interrupted && services.length > 0) {
    const follow = services.map(
      service => `provision rollout attach ${service}${sameStack(options)}${words(following(options))}`,
    )
    return new ProvisionError({
      code: 'interrupted',
      message: `no longer following ${services.join(' and ')}; the release goes on in AWS, and a pause that nobody answers rolls it back`,
      hint: `follow it again, from any machine: ${follow.join(' and ')}`,
      cause: error,
    })
  }
  return new ProvisionError({
    code: 'interrupted',
    message: 'interrupted before ECS was told anything; no traffic was moved',
    hint: `run it again: provision${words(command.split(' '))}${sameStack(options)}${words([...starting(options), ...following(options), ...(options.yes ? ['--yes'] : [])])}`,
    cause: error,
  })
}

function following({ verify = [], http = [], timeout, until }: RolloutOptions): string[] {
  return [
    ...verify.flatMap(text => ['--verify', text]),
    ...http.flatMap(path => ['--http', path]),
    ...(timeout === undefined ? [] : ['--timeout', timeout]),
    ...(until === undefined ? [] : ['--until', until]),
  ]
}

function starting({
  image = [],
  tag,
  from,
  build,
  strategy,
  canary,
  step,
  steps,
  stepMinutes,
  bake,
  to,
  pause,
  force,
  acceptWeights,
  detach,
  scan,
  analysis,
}: RolloutOptions & RollbackOptions): string[] {
  const values = {
    tag,
    from,
    build,
    strategy,
    canary,
    step,
    steps,
    'step-minutes': stepMinutes,
    bake,
    to,
    scan,
  }
  return [
    ...image.flatMap(reference => ['--image', reference]),
    ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(pause ? ['--pause'] : []),
    ...(force ? ['--force'] : []),
    ...(acceptWeights ? ['--accept-weights'] : []),
    ...(detach ? ['--detach'] : []),
    ...(analysis === false ? ['--no-analysis'] : []),
  ]
}
