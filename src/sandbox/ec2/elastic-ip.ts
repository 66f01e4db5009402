import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { addressHolder } from './nat-gateway.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'

export interface ElasticIpRow {
  readonly id: string
  readonly publicIp: string
  readonly created: number
}

const addresses = (world: World) => world.table<ElasticIpRow>('ec2/elastic-ip')

/** AWS's five addresses per region. */
const quota = 5

export const elasticIpOperations = {
  allocateAddress: ({ Domain = 'vpc', TagSpecifications }, world) => {
    if (addresses(world).list().length >= quota)
      throw awsFault('AddressLimitExceeded', 'The maximum number of addresses has been reached.')
    const id = world.id('eipalloc-')
    tagNew(world, id, 'elastic-ip', TagSpecifications)
    const row = addresses(world).set(id, { id, publicIp: freeAddress(world), created: world.now() })
    return { AllocationId: id, PublicIp: row.publicIp, Domain }
  },

  describeAddresses: ({ AllocationIds, Filters }, world) => {
    for (const id of AllocationIds ?? []) addressOf(world, id)
    const rows = addresses(world)
      .list()
      .filter(row => !AllocationIds || AllocationIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'allocation-id': row.id,
          'public-ip': row.publicIp,
          'association-id': associationOf(world, row),
        }),
      )
    return {
      Addresses: rows.map(row => ({
        AllocationId: row.id,
        PublicIp: row.publicIp,
        Domain: 'vpc' as const,
        AssociationId: associationOf(world, row),
        NetworkInterfaceId: addressHolder(world, row.id)?.interfaceId,
        Tags: tagListOf(world, row.id),
      })),
    }
  },

  releaseAddress: ({ AllocationId }, world) => {
    const row = addressOf(world, AllocationId)
    // AWS's misleading words for an address that a NAT gateway holds.
    if (addressHolder(world, row.id))
      throw awsFault('AuthFailure', 'You do not have permission to access the specified resource.')
    addresses(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function addressOf(world: World, id: string | undefined): ElasticIpRow {
  const row = addresses(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`)
  return row
}

function associationOf(world: World, row: ElasticIpRow): string | undefined {
  return addressHolder(world, row.id)?.id.replace('nat-', 'eipassoc-')
}

/** From the block that is set aside for documentation. */
function freeAddress(world: World): string {
  const taken = addresses(world)
    .list()
    .map(({ publicIp }) => publicIp)
  const start = Math.floor(world.chance() * 240)
  const candidates = Array.from({ length: quota }, (_, index) => `203.0.113.${start + index + 1}`)
  return candidates.find(candidate => !taken.includes(candidate))!
}
