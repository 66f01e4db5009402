import { inUsePrefix } from '../kinds/ecr/lifecycle.ts'
import type { Release } from '../state/release.ts'
import { canReturnTo } from '../state/release.ts'

/** An image of a repository. */
export interface StoredImage {
  readonly repositoryName: string
  readonly digest: string
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly pushed: number | undefined
  readonly bytes: number | undefined
  /** It only lists other images, one for each platform. */
  readonly isIndex: boolean
}

export interface PrunableImages {
  /** To be deleted. */
  readonly images: readonly StoredImage[]
  /** Marks of this stack and environment on images that stay and are no longer in use. */
  readonly marks: readonly { readonly tag: string; readonly digest: string }[]
  /** The image that a mark is moved to where it is the last tag of its image: one that runs. */
  readonly heir: string | undefined
}

/**
 * The releases that `rollout rollback` can still bring back after a prune: all that the history knows, or with `keep` the
 * newest so many; and what is under way.
 */
export function keptReleases(releases: readonly Release[], keep: number | undefined): Release[] {
  const good = releases.filter(canReturnTo)
  return keep === undefined ? good : good.slice(-keep)
}

/**
 * Which images of one repository are of no use to anybody. An image stays that is needed, that another stack or
 * environment has marked, or that was pushed after the oldest one that its services run: it may be waiting for its release. Where
 * nothing of the repository runs, all of it stays.
 */
export function prunableImages(
  images: readonly StoredImage[],
  {
    needed,
    running,
    isOwnMark,
  }: {
    /** Digests. */
    readonly needed: ReadonlySet<string>
    /** Digests of what the services of this stack and environment run. */
    readonly running: ReadonlySet<string>
    /** True of a mark that this stack and environment has made and knows the use of. */
    readonly isOwnMark: (tag: string) => boolean
  },
): PrunableImages {
  const runningHere = images.filter(({ digest }) => running.has(digest))
  const oldest = Math.min(...runningHere.map(({ pushed }) => pushed ?? -Infinity))
  const isForeign = (tag: string) => tag.startsWith(inUsePrefix) && !isOwnMark(tag)
  const stays = ({ digest, tags, pushed }: StoredImage) =>
    needed.has(digest) ||
    tags.some(isForeign) ||
    runningHere.length === 0 ||
    pushed === undefined ||
    pushed >= oldest
  const kept = new Set(images.filter(stays).map(({ digest }) => digest))
  const marks = images
    .filter(({ digest }) => kept.has(digest) && !needed.has(digest))
    .flatMap(({ digest, tags }) => tags.filter(isOwnMark).map(tag => ({ tag, digest })))
  return {
    images: images.filter(image => !kept.has(image.digest) && !isSignatureOf(image, kept)),
    marks: runningHere.length === 0 ? [] : marks,
    heir: runningHere[0]?.digest,
  }
}

/** Signatures and lists of contents have the digest of their image in their tag: `sha256-….sig`. */
function isSignatureOf({ tags }: StoredImage, kept: ReadonlySet<string>): boolean {
  return tags.some(tag => {
    const [, digest] = /^sha256-([0-9a-f]{64})/.exec(tag) ?? []
    return digest !== undefined && kept.has(`sha256:${digest}`)
  })
}
