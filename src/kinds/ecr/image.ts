import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'

export interface ImageName {
  readonly repositoryName: string
  readonly tag: string
}

/** False too when there is no such repository. */
export async function imageExists(aws: Aws, { repositoryName, tag }: ImageName): Promise<boolean> {
  const found = await orAbsent(aws.ecr.describeImages({ repositoryName, imageIds: [{ imageTag: tag }] }))
  return (found?.imageDetails ?? []).length > 0
}
