import type { World } from '../world.ts'

export type Architecture = 'amd64' | 'arm64'

/** One tag of an image, or an image without a tag: an image with several tags has as many rows. */
export interface ImageRow {
  readonly repositoryName: string
  /** Undefined once another image has taken it. */
  readonly tag: string | undefined
  readonly digest: string
  /** Milliseconds since the epoch; a further tag does not change it. */
  readonly pushed?: number
  /** What it is built for; a simulated image is built for both. */
  readonly architecture: Architecture | 'both'
  /** Pushed without an index: only its configuration says what it is built for. */
  readonly single?: boolean
  /** When the scan is over that its push has started: milliseconds since the epoch. */
  readonly scannedAt?: number
}

export const images = (world: World) => world.table<ImageRow>('ecr/image')

export function rowsIn(world: World, repository: string): ImageRow[] {
  return images(world)
    .list()
    .filter(({ repositoryName }) => repositoryName === repository)
}

/** Of one image, among the rows of its repository. */
export function tagsOf(rows: readonly ImageRow[], digest: string): string[] {
  return rows.flatMap(row => (row.digest === digest && row.tag !== undefined ? [row.tag] : []))
}

/** Gives the tag to the image. The one that had it stays, and without a tag where that was its last. */
export function setTag(world: World, row: ImageRow): void {
  const { repositoryName, tag, digest } = row
  const before = images(world).get(`${repositoryName}:${tag}`)
  images(world).set(`${repositoryName}:${tag}`, row)
  images(world).delete(`${repositoryName}@${digest}`)
  if (!before) return
  const left = rowsIn(world, repositoryName).some(one => one.digest === before.digest)
  if (!left) images(world).set(`${repositoryName}@${before.digest}`, { ...before, tag: undefined })
}

/** Removes rows of one repository: tags, or images without one. */
export function removeRows(world: World, rows: readonly ImageRow[]): void {
  for (const { repositoryName, tag, digest } of rows)
    images(world).delete(tag === undefined ? `${repositoryName}@${digest}` : `${repositoryName}:${tag}`)
}
