import type { FindingSeverity, ScanStatus } from '@aws-sdk/client-ecr'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { ImageRow } from './rows.ts'
import { platformsOf } from './image.ts'
import { images, rowsIn } from './rows.ts'
import { repositoryOf } from './repository.ts'

export interface SimulatedFinding {
  /** `CVE-2026-1234`. */
  readonly name: string
  readonly severity: FindingSeverity | 'UNTRIAGED'
  readonly packageName: string
  readonly version: string
  /** Enhanced scanning only. */
  readonly fixedIn?: string
  /** Enhanced scanning only: a suppression rule hides it. */
  readonly suppressed?: true
}

/** What ECR has found in an image. */
export interface ImageScan {
  /** Once the scan is over; PENDING with enhanced scanning and IN_PROGRESS with basic scanning until then. */
  readonly status: ScanStatus
  readonly findings?: readonly SimulatedFinding[]
  readonly enhanced?: true
  readonly description?: string
  /** Only of the image for this architecture. */
  readonly architecture?: 'amd64' | 'arm64'
}

interface ScanRow extends ImageScan {
  /** Milliseconds since the epoch. */
  readonly doneAt: number
}

const scans = (world: World) => world.table<ScanRow>('ecr/scan')

/** From now on this is what the scan of an image says that was pushed; it takes its usual time. */
export function setScan(world: World, digest: string, scan: ImageScan): void {
  const image = images(world)
    .list()
    .find(one => one.digest === digest)!
  for (const [architecture, platform] of platformsOf(image))
    if (scan.architecture === undefined || scan.architecture === architecture)
      scans(world).set(platform, { ...scan, doneAt: world.after('image scan') })
}

export const scanOperations = {
  describeImageScanFindings: ({ repositoryName, imageId = {}, maxResults = 100, nextToken }, world) => {
    const { name } = repositoryOf(world, repositoryName)
    const { imageDigest = '' } = imageId
    const isPlatform = (image: ImageRow) => platformsOf(image).some(([, digest]) => digest === imageDigest)
    const image = rowsIn(world, name).find(one => one.digest === imageDigest || isPlatform(one))
    if (!image)
      throw awsFault('ImageNotFoundException', `The image ${imageDigest} does not exist in '${name}'`)
    // A push starts a scan of each image that an index names, and none of the index.
    const pushed = isPlatform(image) && image.scannedAt !== undefined
    const scan: ScanRow | undefined =
      scans(world).get(imageDigest) ?? (pushed ? { status: 'COMPLETE', doneAt: image.scannedAt } : undefined)
    if (!scan)
      throw awsFault(
        'ScanNotFoundException',
        `Image scan does not exist for the image with '{imageDigest:'${imageDigest}'}' in the repository with name '${name}' in the registry with id '${world.account}'`,
      )
    const common = { registryId: world.account, repositoryName: name, imageId }
    if (scan.doneAt > world.now())
      return { ...common, imageScanStatus: { status: scan.enhanced ? 'PENDING' : 'IN_PROGRESS' } }
    const { status, description, findings = [], enhanced, doneAt } = scan
    const from = Number(nextToken ?? 0)
    const page = findings.slice(from, from + maxResults)
    return {
      ...common,
      imageScanStatus: { status, ...(description !== undefined && { description }) },
      imageScanFindings: {
        imageScanCompletedAt: new Date(doneAt),
        findingSeverityCounts: countsOf(findings),
        ...(enhanced
          ? { enhancedFindings: page.map(enhancedFinding) }
          : { findings: page.map(basicFinding) }),
      },
      ...(from + maxResults < findings.length ? { nextToken: String(from + maxResults) } : {}),
    }
  },
} satisfies Partial<SandboxService<'ecr'>>

function countsOf(findings: readonly SimulatedFinding[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1
  return counts
}

function basicFinding({ name, severity, packageName, version }: SimulatedFinding) {
  return {
    name,
    severity: severity as FindingSeverity,
    attributes: [
      { key: 'package_name', value: packageName },
      { key: 'package_version', value: version },
    ],
  }
}

function enhancedFinding({ name, severity, packageName, version, fixedIn, suppressed }: SimulatedFinding) {
  return {
    title: `${name} - ${packageName}`,
    severity,
    status: suppressed ? 'SUPPRESSED' : 'ACTIVE',
    packageVulnerabilityDetails: {
      vulnerabilityId: name,
      vulnerablePackages: [{ name: packageName, version, fixedInVersion: fixedIn ?? 'NotAvailable' }],
    },
  }
}
