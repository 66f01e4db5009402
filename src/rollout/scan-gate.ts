import type { ImageScanStatus } from '@aws-sdk/client-ecr'
import type { Aws } from '../aws/aws.ts'
import { orAbsent } from '../aws/errors.ts'
import { eachPage } from '../aws/pages.ts'
import { deploymentOf } from '../config/deployment.ts'
import { scanLimits, type ScanLimit } from '../config/schema/deployment.ts'
import type { Clock } from '../effects/clock.ts'
import type { RunEvent } from '../events/event.ts'
import { imageText } from '../events/release-text.ts'
import { tasksToStart } from './first-release.ts'
import type { Image } from './image.ts'
import { placeOf } from './image.ts'
import type { Live } from './live.ts'
import type { PreflightFinding } from './preflight-finding.ts'
import type { ReleaseWish } from './wish.ts'

export interface ScanEnvironment {
  readonly aws: Aws
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  readonly say: (event: RunEvent) => void
  /** Options that name the same stack, to put behind a command that is to be typed next. */
  readonly again: string
}

/** Milliseconds that a scan may take which is in progress: basic scanning takes about a minute. */
const patience = 5 * 60_000
const interval = 5000
const findingsPerPage = 1000
/** Findings that are listed by name. */
const mostNamed = 10

/** Statuses with findings. ACTIVE: enhanced scanning has scanned the image, and goes on looking for new findings. */
const scanned: readonly string[] = ['COMPLETE', 'ACTIVE']
const unfinished: readonly string[] = ['IN_PROGRESS', 'PENDING']

/** One of basic or of enhanced scanning. */
interface Vulnerability {
  readonly severity: string
  readonly text: string
}

interface Scan {
  readonly status: ImageScanStatus
  /** What ECR counts by severity. */
  readonly counts: Readonly<Record<string, number>>
  readonly found: readonly Vulnerability[]
  /** Findings that a suppression rule of Amazon Inspector or a closed state takes out. */
  readonly suppressed: readonly Vulnerability[]
}

/**
 * Why the scan of an image in ECR does not let it be released: findings of the limit's severity or a worse one, or no scan.
 * Waits for a scan that is in progress. Nothing is looked at where no limit is set, or where the image runs already.
 */
export async function scanFindings(
  live: Live,
  image: Image,
  wish: ReleaseWish,
  environment: ScanEnvironment,
): Promise<PreflightFinding[]> {
  const { name, config } = live.target
  const limit = wish.scan ?? deploymentOf(config).scan
  if (limit === undefined || limit === 'off') return []
  if (live.image === image.reference && !wish.force && tasksToStart(live) === undefined) return []
  const anyway = `provision rollout ${name}${environment.again} --scan off releases it without this check`
  const refusal = (message: string, hint: string): PreflightFinding[] => [
    { level: 'refusal', message, hint: `${hint}; ${anyway}` },
  ]
  const place = placeOf(image.reference)
  if (!place || image.digest === undefined)
    return refusal(
      `the scan gate (${limit}) needs ECR's findings, and ${image.reference} is not in ECR of this region`,
      'push the image to a repository of the stack, with scanOnPush',
    )
  // ECR scans the images that an index names, not the index.
  const wanted = config.architecture === 'arm64' ? 'arm64' : 'amd64'
  const imageDigest = image.platforms?.[wanted] ?? image.digest
  const { registryId, repositoryName } = place
  const scan = await finishedScan(
    { registryId, repositoryName, imageId: { imageDigest } },
    image,
    environment,
  )
  const shown = imageText(image.reference)
  const start = `aws ecr start-image-scan --repository-name ${repositoryName} --image-id imageDigest=${imageDigest}`
  if (!scan)
    return refusal(
      `ECR has no scan of ${shown}, so nobody knows its vulnerabilities`,
      `set scanOnPush for its repository and push it again, or scan it with ${start}`,
    )
  const { status = 'without a status', description } = scan.status
  if (unfinished.includes(status))
    return refusal(
      `ECR's scan of ${shown} is still ${status} after ${patience / 60_000} minutes`,
      'wait for its end and release again',
    )
  if (!scanned.includes(status))
    return refusal(
      `ECR's scan of ${shown} has no findings to look at: ${status}${description ? ` (${description})` : ''}`,
      status === 'UNSUPPORTED_IMAGE' ? 'ECR cannot scan this kind of image' : `scan it again with ${start}`,
    )
  const message = verdictOn(scan, limit, shown)
  return message === undefined ? [] : refusal(message, 'release an image without them')
}

type Request = Parameters<Aws['ecr']['describeImageScanFindings']>[0]

/** Undefined where ECR has no scan of the image. */
async function finishedScan(
  request: Request,
  image: Image,
  { aws, clock, signal, say }: ScanEnvironment,
): Promise<Scan | undefined> {
  const until = clock.monotonic() + patience
  for (let told = false; ; told = true) {
    const scan = await readScan(request, aws)
    if (!unfinished.includes(scan?.status.status ?? '') || clock.monotonic() >= until) return scan
    const message = `waiting for ECR's scan of ${imageText(image.reference)} (${scan!.status.status})`
    if (!told) say({ type: 'note', level: 'info', message })
    await clock.sleep(interval, signal)
  }
}

async function readScan(request: Request, aws: Aws): Promise<Scan | undefined> {
  let status: ImageScanStatus | undefined
  const counts: Record<string, number> = {}
  const found: Vulnerability[] = []
  const suppressed: Vulnerability[] = []
  await eachPage(async nextToken => {
    const answer = await orAbsent(
      aws.ecr.describeImageScanFindings({
        ...request,
        maxResults: findingsPerPage,
        ...(nextToken && { nextToken }),
      }),
    )
    if (!answer) return undefined
    status ??= answer.imageScanStatus ?? {}
    const { findings = [], enhancedFindings = [], findingSeverityCounts } = answer.imageScanFindings ?? {}
    Object.assign(counts, findingSeverityCounts)
    for (const { name, severity = '', attributes = [] } of findings) {
      const valueOf = (key: string) => attributes.find(one => one.key === key)?.value
      found.push(vulnerability(name, severity, valueOf('package_name'), valueOf('package_version')))
    }
    for (const { title, severity = '', status: state, packageVulnerabilityDetails } of enhancedFindings) {
      const { vulnerabilityId, vulnerablePackages: [first] = [] } = packageVulnerabilityDetails ?? {}
      const one = vulnerability(
        vulnerabilityId ?? title,
        severity,
        first?.name,
        first?.version,
        first?.fixedInVersion,
      )
      if (state === undefined || state === 'ACTIVE') found.push(one)
      else suppressed.push(one)
    }
    return answer.nextToken
  })
  return status && { status, counts, found, suppressed }
}

function vulnerability(
  name = 'a finding without a name',
  severity: string,
  packageName: string | undefined,
  version: string | undefined,
  fixedIn?: string,
): Vulnerability {
  const fixed = fixedIn === undefined || fixedIn === 'NotAvailable' ? [] : [`fixed in ${fixedIn}`]
  const where = [[packageName, version].filter(Boolean).join(' '), ...fixed].filter(Boolean).join(', ')
  return { severity, text: where === '' ? name : `${name} (${where})` }
}

/** Undefined where nothing is as bad as the limit. What has no severity yet is not counted. */
function verdictOn({ counts, found, suppressed }: Scan, limit: ScanLimit, shown: string): string | undefined {
  const bad = scanLimits.slice(0, scanLimits.indexOf(limit) + 1)
  const numbers = bad.map(severity => {
    const ofIt = (list: readonly Vulnerability[]) =>
      list.filter(one => one.severity.toLowerCase() === severity)
    const listed = ofIt(found)
    // What is counted and not listed is a finding all the same.
    const counted = (counts[severity.toUpperCase()] ?? 0) - ofIt(suppressed).length
    return { severity, listed, count: Math.max(listed.length, counted) }
  })
  const some = numbers.filter(({ count }) => count > 0)
  if (some.length === 0) return undefined
  const total = some.reduce((sum, { count }) => sum + count, 0)
  const named = some.flatMap(({ listed }) => listed.map(({ text }) => text)).slice(0, mostNamed)
  const more = total > named.length ? [`${total - named.length} more`] : []
  const heads = some.map(({ severity, count }) => `${count} ${severity}`).join(' and ')
  return `ECR's scan of ${shown} has ${heads} ${total === 1 ? 'finding' : 'findings'}: ${[...named, ...more].join(', ')}`
}
