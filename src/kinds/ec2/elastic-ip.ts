import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'
import { findAll, idIn, retag } from './describe.ts'
import { blockersOf, interfacesWith } from './network-interface.ts'

export interface ElasticIpProps {
  readonly domain: 'vpc'
}

export interface ElasticIpAttributes {
  readonly allocationId: string
  readonly publicIp: string
}

export const elasticIp: Kind<ElasticIpProps, ElasticIpAttributes> = {
  type: 'ec2/elastic-ip',
  label: 'Elastic IP',
  ownership: 'tags',
  replaceOn: ['domain'],
  replacement: 'create-first',
  anonymous: { attributesOf: arn => idIn(arn, 'elastic-ip', allocationId => ({ allocationId })) },
  findBy: [],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const found = await findAll(requests, ({ allocationId }) => allocationId, {
      aws,
      resourceType: 'elastic-ip',
      byIds: 'allocation-id',
      // Has no pages.
      describe: Filters => aws.ec2.describeAddresses({ Filters }).then(({ Addresses }) => Addresses),
      idOf: ({ AllocationId }) => AllocationId,
      tagsOf: ({ Tags }) => Tags,
    })
    return found.map(
      one =>
        one && {
          attributes: { allocationId: one.AllocationId!, publicIp: one.PublicIp! },
          // The other domain, EC2-Classic, is no more.
          props: { domain: 'vpc' },
          tags: fromTagList(one.Tags),
        },
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { AllocationId, PublicIp } = await aws.ec2.allocateAddress({
      Domain: props.domain,
      TagSpecifications: tagSpecification('elastic-ip', tags),
    })
    return { allocationId: AllocationId!, publicIp: PublicIp! }
  },

  retag: ({ allocationId }, change, { aws }) => retag(allocationId, change, aws),

  delete: async ({ attributes: { allocationId } }, { aws }) => {
    await orAbsent(aws.ec2.releaseAddress({ AllocationId: allocationId }))
  },

  blockers: async (all, { aws }) => {
    const Values = all.map(({ allocationId }) => allocationId)
    const { Addresses = [] } = await aws.ec2.describeAddresses({
      Filters: [{ Name: 'allocation-id', Values }],
    })
    const held = new Map(Addresses.map(one => [one.AllocationId, one]))
    const ids = [...held.values()].flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? [])
    const blockers = await blockersOf(await interfacesWith('network-interface-id', ids, aws), aws)
    return all.map(({ allocationId }) => {
      const interfaceId = held.get(allocationId)?.NetworkInterfaceId
      return interfaceId === undefined ? [] : [blockers.get(interfaceId) ?? []].flat()
    })
  },
}
