import type { Aws } from '../../aws/aws.ts'
import { isNotFound } from '../../aws/errors.ts'

/** The call succeeds even where an endpoint could not be deleted, and says so in its answer. Absent already is success. */
export async function deleteEndpoint(id: string, { ec2 }: Aws): Promise<void> {
  const { Unsuccessful = [] } = await ec2.deleteVpcEndpoints({ VpcEndpointIds: [id] })
  for (const { Error: fault } of Unsuccessful) {
    const error = Object.assign(new Error(fault?.Message), { name: fault?.Code ?? 'Unknown' })
    if (!isNotFound(error)) throw error
  }
}
