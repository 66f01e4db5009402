import { describe, expect, it } from 'vitest'
import type { ImageScan } from '../../src/sandbox/ecr/scan.ts'
import { setScan } from '../../src/sandbox/ecr/scan.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import { releasing } from '../support/releasing.ts'

const uri = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web'

interface Pushed {
  readonly scan?: ImageScan
  readonly scanOnPush?: boolean
  readonly architecture?: 'amd64' | 'both'
  readonly single?: boolean
}

async function pushed({ scan, scanOnPush = false, architecture = 'amd64', single = false }: Pushed) {
  const requests: unknown[] = []
  const context = sandboxContext({
    faults: {
      before: ({ operation, input }) => {
        if (operation === 'DescribeImageScanFindings') requests.push(input)
      },
    },
  })
  await context.aws.ecr.createRepository({
    repositoryName: 'shop/web',
    imageScanningConfiguration: { scanOnPush },
  })
  const digest = pushImage(context.world, 'shop/web', 'v2', architecture, { single })
  if (scan) setScan(context.world, digest, scan)
  const bg = await blueGreen(context)
  const web = await releasing(bg, { config: { deployment: { strategy: 'blue-green', scan: 'high' } } })
  return { context, digest, bg, web, requests }
}

const openssl = {
  name: 'CVE-2026-1',
  severity: 'CRITICAL',
  packageName: 'openssl',
  version: '3.0.1',
} as const
const zlib = { name: 'CVE-2026-2', severity: 'MEDIUM', packageName: 'zlib', version: '1.2' } as const

describe('the scan gate', () => {
  it('lets an image through whose findings are below the limit, and asks for exactly its digest', async () => {
    const { web, digest, requests } = await pushed({
      scan: { status: 'COMPLETE', findings: [zlib] },
      single: true,
    })
    expect(await web.release(`${uri}:v2`)).toMatchObject({ outcome: 'released' })
    expect(requests).toEqual([
      {
        registryId: '123456789012',
        repositoryName: 'shop/web',
        imageId: { imageDigest: digest },
        maxResults: 1000,
      },
    ])
  })

  it('refuses findings of basic scanning at the limit or above, with packages, before anything is changed', async () => {
    const { web, bg, context } = await pushed({ scan: { status: 'COMPLETE', findings: [openssl, zlib] } })
    const calls = context.calls.length
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        /web cannot be released: ECR's scan of web@sha256:\w{12} has 1 critical finding: CVE-2026-1 \(openssl 3\.0\.1\)$/,
      ),
      hint: expect.stringContaining('--scan off'),
    })
    expect(context.calls.slice(calls).filter(({ read }) => !read)).toEqual([])
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('refuses findings of enhanced scanning that no rule suppresses, and says where they are fixed', async () => {
    const findings = [
      { ...openssl, fixedIn: '3.0.2' },
      { ...openssl, name: 'CVE-2026-9', suppressed: true },
    ] as const
    const { web } = await pushed({ scan: { status: 'ACTIVE', enhanced: true, findings } })
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      message: expect.stringContaining('has 1 critical finding: CVE-2026-1 (openssl 3.0.1, fixed in 3.0.2)'),
    })
  })

  it('lets suppressed findings through', async () => {
    const findings = [{ ...openssl, suppressed: true }] as const
    const { web } = await pushed({ scan: { status: 'ACTIVE', enhanced: true, findings } })
    expect(await web.release(`${uri}:v2`)).toMatchObject({ outcome: 'released' })
  })

  it('looks at every page, and names ten findings and how many more there are', async () => {
    const many = Array.from({ length: 1200 }, (_, index) => ({ ...zlib, name: `CVE-2025-${index}` }))
    const bad = Array.from({ length: 12 }, (_, index) => ({ ...openssl, name: `CVE-2026-${index}` }))
    const { web, requests } = await pushed({ scan: { status: 'COMPLETE', findings: [...many, ...bad] } })
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      message: expect.stringMatching(/has 12 critical findings: CVE-2026-0 .*CVE-2026-9 \S+ \S+, 2 more$/),
    })
    expect(requests.map(one => (one as { nextToken?: string }).nextToken)).toEqual([undefined, '1000'])
  })

  it.each([
    ['IN_PROGRESS', { status: 'COMPLETE' }],
    ['PENDING', { status: 'ACTIVE', enhanced: true }],
  ] as const)('waits for a scan that is %s', async (word, scan) => {
    const { web, context, digest } = await pushed({ scan })
    setScan(context.world, digest, scan)
    expect(await web.release(`${uri}:v2`)).toMatchObject({ outcome: 'released' })
    const waits = web.events.flatMap(event => (event.type === 'note' ? [event.message] : []))
    expect(waits).toEqual([
      expect.stringMatching(`^waiting for ECR's scan of web@sha256:\\w+ \\(${word}\\)$`),
    ])
  })

  it('waits five minutes at most', async () => {
    const { web, context, digest } = await pushed({})
    context.world.faults = { duration: (name, typical) => (name === 'image scan' ? 3600 : typical) }
    setScan(context.world, digest, { status: 'COMPLETE' })
    const began = context.clock.now()
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      message: expect.stringContaining('is still IN_PROGRESS after 5 minutes'),
    })
    expect(context.clock.now() - began).toBeLessThan(6 * 60_000)
  })

  it('does not take the absence of a scan for a clean image', async () => {
    const { web, digest } = await pushed({ single: true })
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      message: expect.stringContaining('has no scan'),
      hint: expect.stringContaining(
        `aws ecr start-image-scan --repository-name shop/web --image-id imageDigest=${digest}`,
      ),
    })
  })

  it.each([
    ['FAILED', 'start-image-scan'],
    ['UNSUPPORTED_IMAGE', 'cannot scan this kind of image'],
    ['SCAN_ELIGIBILITY_EXPIRED', 'start-image-scan'],
  ] as const)('refuses a scan that is %s, with what ECR says of it', async (status, hint) => {
    const { web } = await pushed({ scan: { status, description: 'no such distribution' } })
    await expect(web.release(`${uri}:v2`)).rejects.toMatchObject({
      message: expect.stringContaining(`has no findings to look at: ${status} (no such distribution)`),
      hint: expect.stringContaining(hint),
    })
  })

  it("looks at the image of the service's own architecture where an index names several", async () => {
    const scan = { status: 'COMPLETE', findings: [openssl], architecture: 'arm64' } as const
    const { web } = await pushed({ scan, scanOnPush: true, architecture: 'both' })
    expect(await web.release(`${uri}:v2`)).toMatchObject({ outcome: 'released' })
  })

  it('refuses an image that is not in ECR, since nothing is known of it', async () => {
    const { web } = await pushed({})
    await expect(web.release('nginx:2')).rejects.toMatchObject({
      message: expect.stringContaining("needs ECR's findings, and nginx:2 is not in ECR of this region"),
    })
  })

  it('is set or switched off for one release', async () => {
    const { web, requests } = await pushed({ scan: { status: 'COMPLETE', findings: [openssl, zlib] } })
    await expect(web.release(`${uri}:v2`, { scan: 'medium' })).rejects.toMatchObject({
      message: expect.stringContaining('1 critical and 1 medium findings: CVE-2026-1'),
    })
    const asked = requests.length
    expect(await web.release(`${uri}:v2`, { scan: 'off' })).toMatchObject({ outcome: 'released' })
    expect(requests).toHaveLength(asked)
  })
})
