import type { Aws } from '../../aws/aws.ts'

/** Deletes every version and every delete marker, as many in one call as S3 takes. Throws what S3 refused first. */
export async function emptyBucket(aws: Aws, Bucket: string): Promise<void> {
  for (let last = ''; ;) {
    // Always the first page: what the last round has deleted is no longer on it.
    const { Versions = [], DeleteMarkers = [] } = await aws.s3.listObjectVersions({
      Bucket,
      MaxKeys: 1000,
      // Keys may hold characters that XML cannot.
      EncodingType: 'url',
    })
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({
      Key: decodeURIComponent(Key.replaceAll('+', ' ')),
      VersionId,
    }))
    if (Objects.length === 0) return
    const now = JSON.stringify(Objects)
    if (now === last) throw new Error('S3 still lists what it has said is deleted')
    last = now
    const { Errors = [] } = await aws.s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } })
    const [first] = Errors
    if (first)
      throw Object.assign(new Error(`${first.Key}: ${first.Message ?? first.Code}`), {
        name: first.Code ?? 'Unknown',
      })
  }
}
