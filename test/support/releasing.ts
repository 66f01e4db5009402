import { service } from '../../src/config/schema/service.ts'
import type { ProgramEnd, ProgramRun } from '../../src/effects/programs.ts'
import type { RunEvent } from '../../src/events/event.ts'
import { releaseBook } from '../../src/rollout/book.ts'
import type { ReleaseEnd, ReleaseEnvironment } from '../../src/rollout/environment.ts'
import { planReleases } from '../../src/rollout/plan.ts'
import { rehearsedWeb } from '../../src/rollout/rehearsed-web.ts'
import { release } from '../../src/rollout/release.ts'
import type { Target } from '../../src/rollout/target.ts'
import type { ReleaseWish } from '../../src/rollout/wish.ts'
import type { Ledger } from '../../src/state/ledger.ts'
import type { BlueGreen } from './blue-green.ts'
import { asking, header } from './ledger-samples.ts'
import { memoryLedger } from './memory-ledger.ts'

export const plain: ReleaseWish = {
  checks: [],
  pause: false,
  timeout: 2 * 60 * 60_000,
  acceptWeights: false,
  together: false,
  detach: false,
}

export interface Releasing {
  readonly target: Target
  readonly environment: ReleaseEnvironment
  readonly ledger: Ledger
  readonly events: RunEvent[]
  /** Programs that were run. */
  readonly programs: ProgramRun[]
  /** Instants at which somebody's request would have met a version that is not healthy. */
  readonly sick: string[]
  /** How programs end from now on. */
  programEnds: ProgramEnd
  /** Status code of every address from now on. */
  status: number
  release(image: string, wish?: Partial<ReleaseWish>): Promise<ReleaseEnd>
  /** As `release`, by a run that may never end: nobody looks at the traffic. */
  doomed(image: string, wish?: Partial<ReleaseWish>): void
  /** The texts of what was waited for. */
  waits(): string[]
}

/** A service of the embedded AWS, and what its clients get. */
export type Released = Pick<BlueGreen, 'context' | 'cluster' | 'service' | 'traffic'>

/** The driver on a service of the embedded AWS. Traffic is looked at every second. */
export async function releasing(
  bg: Released,
  {
    signal,
    config = {},
    ledger = memoryLedger(),
  }: {
    readonly signal?: AbortSignal
    readonly config?: Record<string, unknown>
    readonly ledger?: Ledger
  } = {},
): Promise<Releasing> {
  const { aws, clock, region } = bg.context
  const events: RunEvent[] = []
  const programs: ProgramRun[] = []
  const sick: string[] = []
  if (!(await ledger.read())) {
    const writer = await ledger.lock(asking)
    await writer.begin(header)
    await writer.release()
  }
  const target: Target = {
    name: 'web',
    config: service.parse({ image: 'nginx:1', port: 80, paths: ['/*'], ...config }),
    cluster: bg.cluster,
    serviceName: bg.service,
  }
  const one: Releasing = {
    target,
    ledger,
    events,
    programs,
    sick,
    programEnds: { code: 0, lastLines: [] },
    status: 200,
    environment: {
      aws,
      region,
      clock,
      signal,
      say: event => void events.push(event),
      tools: {
        programs: {
          find: name => `/usr/bin/${name}`,
          run: async program => {
            programs.push(program)
            return one.programEnds
          },
        },
        web: { ...rehearsedWeb(aws), status: async () => one.status },
        clock,
        cwd: '/work',
      },
      book: releaseBook(ledger, asking, { clock }),
      stack: 'shop',
      environment: 'production',
      repositories: ['shop/web'],
      again: '',
      by: 'ada@laptop',
      id: 'r-1',
    },
    release: async (reference, wish) => watched(bg, sick, () => run(reference, wish)),
    doomed: (reference, wish) => void run(reference, wish).catch(() => undefined),
    waits: () => events.flatMap(event => (event.type === 'release.waiting' ? [event.reason] : [])),
  }
  return one

  async function run(reference: string, wish: Partial<ReleaseWish> = {}): Promise<ReleaseEnd> {
    const { environment } = one
    const whole = { ...plain, ...wish }
    const book = await environment.book.open(0)
    try {
      const planned = await planReleases([{ target, reference }], whole, environment)
      const [end] = await release(planned, whole, environment, book)
      return end!
    } finally {
      await book.close()
    }
  }
}

/** Runs `work`, and looks once a second whether traffic meets a version that is not healthy. */
export async function watched<T>(bg: Released, sick: string[], work: () => Promise<T>): Promise<T> {
  const { clock } = bg.context
  let over = false
  const watch = (async () => {
    while (!over) {
      for (const { targetGroupArn, healthy } of bg.traffic())
        if (!healthy) sick.push(`${new Date(clock.now()).toISOString()} ${targetGroupArn}`)
      await clock.sleep(1000)
    }
  })()
  try {
    return await work()
  } finally {
    over = true
    await watch
  }
}
