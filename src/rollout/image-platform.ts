import type { Aws } from '../aws/aws.ts'
import type { Web } from '../effects/programs.ts'

interface Platforms {
  /** In the registry's own words (`amd64`). */
  readonly architectures: readonly string[]
  /** Digests of the images that an index names, by architecture. */
  readonly platforms?: Readonly<Record<string, string>>
  /** What could not be checked. */
  readonly note?: string
}

interface Repository {
  readonly registryId: string
  readonly repositoryName: string
}

/** Of an index or of a manifest, as far as it says something about platforms. */
interface Manifest {
  readonly manifests?: readonly {
    readonly digest?: string
    readonly platform?: { readonly architecture?: string }
  }[]
  readonly config?: { readonly digest?: string }
}

/** Milliseconds for which the registry may take to give a configuration: a few kilobytes. */
const timeout = 10_000

/**
 * The CPU architectures that an image in ECR is built for. An index names them; the manifest of one platform does not,
 * but the configuration that it points to does: ECR gives an address for it, as for any layer.
 */
export async function architecturesOf(
  manifestText: string | undefined,
  { registryId, repositoryName }: Repository,
  { aws, web }: { readonly aws: Aws; readonly web: Web | undefined },
): Promise<Platforms> {
  const { manifests, config } = parsed<Manifest>(manifestText) ?? {}
  if (manifests)
    return {
      architectures: manifests.flatMap(({ platform }) => named(platform?.architecture)),
      platforms: Object.fromEntries(
        manifests.flatMap(({ digest, platform }) =>
          digest === undefined ? [] : named(platform?.architecture).map(one => [one, digest]),
        ),
      ),
    }
  if (config?.digest === undefined || !web) return { architectures: [] }
  try {
    const { downloadUrl = '' } = await aws.ecr.getDownloadUrlForLayer({
      registryId,
      repositoryName,
      layerDigest: config.digest,
    })
    const found = parsed<{ architecture?: string }>(await web.text(downloadUrl, { timeout }))
    return { architectures: named(found?.architecture) }
  } catch (error) {
    // The address lets anyone in who knows it, so it must not come out in a message.
    const why = (error as Error).name
    return {
      architectures: [],
      note: `the CPU architecture of ${repositoryName} is not checked: its configuration cannot be read (${why})`,
    }
  }
}

/** Attestations have the platform `unknown`. */
function named(architecture: string | undefined): string[] {
  return architecture === undefined || architecture === 'unknown' ? [] : [architecture]
}

function parsed<T>(text: string | undefined): T | undefined {
  try {
    return JSON.parse(text ?? '') as T
  } catch {
    return undefined
  }
}
