import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { meaningOf } from '../aws/errors.ts'
import { untilAnswered } from '../aws/until-answered.ts'
import type { Clock } from '../effects/clock.ts'
import { Interrupted } from '../engine/walk.ts'
import type { RunEvent } from '../events/event.ts'
import { isOver } from './live.ts'
import type { Cause } from './outcome.ts'
import { isGoingBack, pausesOf, shareOf, waitText } from './progress.ts'

/** Milliseconds between looks: twelve calls a minute, however many services are followed. */
const interval = 5000
/** While all that is followed waits for people. */
const pausedInterval = 15_000
/** The most that AWS describes in one call. */
const perCall = 20

/** `wait`: the answer is somebody else's. `alarm`: roll back, because of an alarm. */
export type Answer = 'continue' | 'rollback' | 'alarm' | 'leave' | 'wait'

export interface Subject {
  /** Of the service, in the config. */
  readonly name: string
  /** ARN. */
  readonly deployment: string
  /** When it is rolled back, by the monotonic clock. */
  readonly deadline: number | undefined
  /** Asked once for each pause. `leave` stops following: the pause stays as it is. Undefined: someone else answers. */
  readonly onPause: ((now: ServiceDeployment) => Promise<Answer>) | undefined
  /** Pauses that are not asked about, by id. */
  readonly answered: readonly string[]
  /** Where it is followed no further. */
  isFarEnough?(now: ServiceDeployment): boolean
  /** Told once, when ECS begins to go back: what explains it can still be seen then. */
  onGoingBack?(now: ServiceDeployment): Promise<void>
}

export interface Ended {
  readonly deployment: ServiceDeployment
  readonly cause: Cause | undefined
  /** It goes on, or is paused, and was left so. */
  readonly left: boolean
  /** It has come as far as it was to be followed. */
  readonly reached?: true
}

interface Followed {
  readonly subject: Subject
  readonly answered: Set<string>
  readonly resolve: (ended: Ended) => void
  readonly reject: (error: unknown) => void
  cause: Cause | undefined
  left: boolean
  stage: string | undefined
  text: string | undefined
  /** What has been told so far. */
  readonly told: Set<string>
  goingBack: boolean
  /** It waits for an answer that is not ours to give. */
  paused: boolean
}

export interface FollowerOptions {
  readonly aws: Aws
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  readonly say: (event: RunEvent) => void
}

/** Follows service deployments, all of them with one call a look, and carries the answers to their pauses to ECS. */
export class Follower {
  readonly #options: FollowerOptions
  readonly #followed = new Set<Followed>()
  #looking = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Resolves when the deployment is over or was left at a pause; rejects with `Interrupted` when stopped. */
  follow(subject: Subject): Promise<Ended> {
    return new Promise((resolve, reject) => {
      this.#followed.add({
        subject,
        answered: new Set(subject.answered),
        resolve,
        reject,
        cause: undefined,
        left: false,
        stage: undefined,
        text: undefined,
        told: new Set(),
        goingBack: false,
        paused: false,
      })
      if (!this.#looking) void this.#look()
    })
  }

  /** Has ECS take a deployment back, for that reason. */
  async rollBack(name: string, cause: Cause): Promise<void> {
    const one = [...this.#followed].find(({ subject }) => subject.name === name)
    if (!one || one.goingBack) return
    one.cause ??= cause
    await stop(this.#options, one.subject.deployment)
  }

  async #look(): Promise<void> {
    const { clock, signal } = this.#options
    this.#looking = true
    try {
      while (this.#followed.size > 0) {
        for (const now of await this.#read()) await this.#tell(now)
        const waiting = [...this.#followed].every(({ paused }) => paused)
        if (this.#followed.size > 0) await clock.sleep(waiting ? pausedInterval : interval, signal)
      }
    } catch (error) {
      for (const { reject } of this.#followed) reject(signal?.aborted ? new Interrupted() : error)
      this.#followed.clear()
    } finally {
      this.#looking = false
    }
  }

  async #read(): Promise<ServiceDeployment[]> {
    const arns = [...this.#followed].map(({ subject }) => subject.deployment)
    const chunks = Array.from({ length: Math.ceil(arns.length / perCall) }, (_, index) =>
      arns.slice(index * perCall, (index + 1) * perCall),
    )
    try {
      const answers = await Promise.all(
        chunks.map(serviceDeploymentArns =>
          this.#options.aws.ecs.describeServiceDeployments({ serviceDeploymentArns }),
        ),
      )
      return answers.flatMap(({ serviceDeployments = [] }) => serviceDeployments)
    } catch (error) {
      // ECS goes on without us: a lost network is waited for, and the next look tells what was missed.
      if (!['maybe', 'throttled'].includes(meaningOf(error))) throw error
      this.#options.say({
        type: 'note',
        level: 'warning',
        message: `ECS does not answer (${(error as Error).message}); the release goes on, looking again`,
      })
      return []
    }
  }

  async #tell(now: ServiceDeployment): Promise<void> {
    const { clock, say } = this.#options
    const one = [...this.#followed].find(({ subject }) => subject.deployment === now.serviceDeploymentArn)
    if (!one) return
    const { subject } = one
    const { name, deadline } = subject
    const stage = isGoingBack(now) ? now.status : (now.lifecycleStage ?? now.status)
    if (stage !== one.stage)
      say({
        type: 'release.stage',
        service: name,
        stage: stage ?? 'PENDING',
        status: now.status ?? 'PENDING',
        share: shareOf(now),
      })
    one.stage = stage
    if (isGoingBack(now) && !one.goingBack) {
      one.goingBack = true
      await subject.onGoingBack?.(now)
    }
    if (isOver(now.status)) {
      this.#followed.delete(one)
      one.resolve({ deployment: now, cause: one.cause, left: false })
      return
    }
    if (!one.goingBack && subject.isFarEnough?.(now)) {
      this.#followed.delete(one)
      one.resolve({ deployment: now, cause: one.cause, left: true, reached: true })
      return
    }
    const text = waitText(now)
    // ECS shows the share of its own last step also after others have been taken and while it moves all the traffic.
    const isOld = shareOf(now) > 0 && pausesOf(now).length === 0 && one.told.has(text)
    if (text !== one.text && !isOld) say({ type: 'release.waiting', service: name, reason: text })
    one.told.add(text)
    one.text = text
    one.paused = !subject.onPause && pausesOf(now).length > 0
    for (const { hookId } of pausesOf(now))
      if (hookId && !one.answered.has(hookId)) {
        one.answered.add(hookId)
        void this.#answer(one, now, hookId)
      }
    if (deadline !== undefined && clock.monotonic() >= deadline && !one.goingBack && !one.cause) {
      one.cause = 'deadline'
      await stop(this.#options, subject.deployment)
    }
  }

  async #answer(one: Followed, now: ServiceDeployment, hookId: string): Promise<void> {
    const { aws, clock } = this.#options
    const serviceDeploymentArn = one.subject.deployment
    try {
      const answer = await one.subject.onPause?.(now)
      if (!answer || answer === 'wait' || !this.#followed.has(one)) return
      if (answer === 'leave') {
        this.#followed.delete(one)
        one.resolve({ deployment: now, cause: one.cause, left: true })
        return
      }
      if (answer === 'rollback') one.cause ??= 'check-failed'
      if (answer === 'alarm') one.cause ??= 'alarm'
      const action = answer === 'continue' ? 'CONTINUE' : 'ROLLBACK'
      await untilAnswered(
        () => aws.ecs.continueServiceDeployment({ serviceDeploymentArn, hookId, action }),
        clock,
      )
    } catch (error) {
      // Somebody else may have answered, or the pause has timed out: the next look shows what has become of it.
      if (meaningOf(error) === 'other' && !isOurs(error)) return
      this.#followed.delete(one)
      one.reject(this.#options.signal?.aborted ? new Interrupted() : error)
    }
  }
}

/** Has ECS take a deployment back. Harmless when it is over or on its way already. */
async function stop(
  { aws, clock }: Pick<FollowerOptions, 'aws' | 'clock'>,
  serviceDeploymentArn: string,
): Promise<void> {
  const stopType = 'ROLLBACK'
  try {
    await untilAnswered(() => aws.ecs.stopServiceDeployment({ serviceDeploymentArn, stopType }), clock)
  } catch (error) {
    if (meaningOf(error) !== 'other' || isOurs(error)) throw error
  }
}

/** A mistake of ours has no answer of AWS's in it. */
function isOurs(error: unknown): boolean {
  return (error as { $metadata?: unknown }).$metadata === undefined
}
