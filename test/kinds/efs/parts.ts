import { EFSServiceException } from '@aws-sdk/client-efs'
import type { SandboxContext } from '../../support/context.ts'

export function efsFault(name: string, more: object = {}): EFSServiceException {
  return Object.assign(
    new EFSServiceException({ name, $fault: 'client', $metadata: {}, message: name }),
    more,
  )
}

/** A file system that mount targets and access points can be made for. */
export async function makeFileSystem({ aws, clock }: SandboxContext): Promise<string> {
  const { FileSystemId } = await aws.efs.createFileSystem({ CreationToken: 'parent' })
  await clock.sleep(10_000)
  return FileSystemId!
}
