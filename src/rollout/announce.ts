import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import { durationText } from '../events/duration.ts'
import { imageText, outcomeText, strategyText } from '../events/release-text.ts'
import { safe } from '../events/style.ts'
import type { Release } from '../state/release.ts'
import type { Begun } from './begin-release.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import type { Notice } from './notices.ts'
import { exitCodeFor } from './outcome.ts'
import { pausesOf, shareOf } from './progress.ts'

/** Milliseconds for which a notice waits for the ledger, to see whether somebody else has sent it. */
const ledgerPatience = 10_000
const subjectLength = 100

type Place = Pick<ReleaseEnvironment, 'notices' | 'stack' | 'environment'>

export function announceStart(service: string, release: Release, place: Place): void {
  const { strategy, action, restores } = release
  const what = action === 'restart' ? 'restart' : restores === undefined ? 'release' : 'rollback'
  const lines = [`${imageText(release.image)} (${strategyText(strategy)}), by ${release.by}`]
  send(service, `${what} ${release.number} started`, lines, place)
}

/** The release waits for people. Told once for each pause, by whoever sees it first. */
export async function announcePause(
  { live, release }: Begun,
  now: ServiceDeployment,
  why: string | undefined,
  environment: ReleaseEnvironment,
): Promise<void> {
  const { name } = live.target
  const { again } = environment
  const [pause] = pausesOf(now)
  if (!environment.notices || !pause || !(await claim(name, release, `pause ${pause.hookId}`, environment)))
    return
  send(
    name,
    `release ${release.number} paused`,
    [
      `${imageText(release.image)}, by ${release.by}`,
      `at ${now.lifecycleStage} with ${shareOf(now)} % of production traffic on the new version`,
      ...(why === undefined ? [] : [why]),
      `Next: provision rollout continue ${name}${again}, or provision rollout abort ${name}${again}`,
    ],
    environment,
  )
}

/** `stage`: ECS's own word for how far it had come. */
export function announceEnd(
  release: Release,
  { service, outcome, why, next, took }: ReleaseEnd,
  stage: string | undefined,
  place: Place,
): void {
  const ended = release.action === 'restart' && outcome === 'released' ? 'restarted' : outcomeText(outcome)
  send(
    service,
    `release ${release.number} ${ended} (exit code ${exitCodeFor([outcome])})`,
    [
      `${imageText(release.image)}, by ${release.by}, after ${durationText(took)}`,
      ...(outcome === 'released' || stage === undefined ? [] : [`at ${stage}`]),
      ...(why === undefined ? [] : [`Why: ${why}`]),
      `Next: ${next}`,
    ],
    place,
  )
}

/** The release could not begin: no traffic was moved. */
export function announceFailure(service: string, release: Release, why: string, place: Place): void {
  const lines = [`${imageText(release.image)}, by ${release.by}`, `Why: ${why}`]
  send(service, `release ${release.number} failed (exit code 1)`, lines, place)
}

function send(
  service: string,
  head: string,
  lines: readonly string[],
  { notices, stack, environment }: Place,
): void {
  if (!notices) return
  const title = safe(`${stack}/${environment} ${service}: ${head}`)
  const notice: Notice = {
    subject: title.replace(/[^\x20-\x7e]/g, '?').slice(0, subjectLength),
    text: [title, ...lines.map(line => safe(line))].join('\n'),
  }
  notices.tell(notice)
}

/** True for the first that wants to send this notice. Where the ledger does not answer it is sent, at worst twice. */
async function claim(
  service: string,
  { number }: Release,
  notice: string,
  { book }: ReleaseEnvironment,
): Promise<boolean> {
  if (number === 0) return false
  try {
    const open = await book.open(ledgerPatience)
    try {
      const known = open.of(service).find(one => one.number === number)
      if (!known) return true
      if (known.notices?.includes(notice)) return false
      await open.put(service, { ...known, notices: [...(known.notices ?? []), notice] })
      return true
    } finally {
      await open.close()
    }
  } catch {
    return true
  }
}
