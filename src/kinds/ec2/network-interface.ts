import type { NetworkInterface } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList } from '../../aws/tags.ts'
import type { Blocker } from '../../resources/blocker.ts'
import { describeInstances } from './instance-rows.ts'
import { makerOf } from './interface-maker.ts'

/** The most values that a filter takes. */
const valuesPerFilter = 200

/** The network interfaces with one of these ids as their own, or as that of their groups, subnet or VPC. */
export async function interfacesWith(
  filter: 'network-interface-id' | 'group-id' | 'subnet-id' | 'vpc-id',
  ids: readonly string[],
  { ec2 }: Aws,
): Promise<NetworkInterface[]> {
  const found = await Promise.all(
    batchesOf([...new Set(ids)], valuesPerFilter).map(Values =>
      allPages(marker =>
        ec2
          .describeNetworkInterfaces({
            Filters: [{ Name: filter, Values }],
            MaxResults: 1000,
            NextToken: marker,
          })
          .then(({ NetworkInterfaces, NextToken }) => ({ rows: NetworkInterfaces, next: NextToken })),
      ),
    ),
  )
  return found.flat()
}

/**
 * What each of these interfaces is as an obstacle, by its id. AWS says whose it is in the description and in the requester:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
 */
export async function blockersOf(
  interfaces: readonly NetworkInterface[],
  aws: Aws,
): Promise<ReadonlyMap<string, Blocker>> {
  const instances = await instancesOf(interfaces, aws)
  return new Map(
    interfaces.flatMap(row => {
      const { NetworkInterfaceId: id } = row
      return id ? [[id, { id, what: whatOf(row), ...(instances.get(id) ?? makerOf(row, aws)) }]] : []
    }),
  )
}

function whatOf({
  NetworkInterfaceId,
  Description,
  RequesterId,
  RequesterManaged,
}: NetworkInterface): string {
  const facts = [
    Description || 'no description',
    ...(RequesterManaged && RequesterId ? [`requester ${RequesterId}`] : []),
  ]
  return `network interface ${NetworkInterfaceId} (${facts.join(', ')})`
}

/** Those of EC2 instances, by the interface's id. What an instance is called only the instance itself says. */
async function instancesOf(
  interfaces: readonly NetworkInterface[],
  aws: Aws,
): Promise<ReadonlyMap<string, Omit<Blocker, 'id' | 'what'>>> {
  const attached = interfaces.flatMap(({ NetworkInterfaceId, Attachment }) =>
    NetworkInterfaceId && Attachment?.InstanceId
      ? [{ interfaceId: NetworkInterfaceId, instanceId: Attachment.InstanceId }]
      : [],
  )
  const found = await Promise.all(
    batchesOf([...new Set(attached.map(({ instanceId }) => instanceId))], valuesPerFilter).map(Values =>
      describeInstances([{ Name: 'instance-id', Values }], aws),
    ),
  )
  const rows = new Map(found.flat().map(row => [row.InstanceId, row]))
  return new Map(
    attached.map(({ interfaceId, instanceId }) => {
      const tags = fromTagList(rows.get(instanceId)?.Tags)
      const group = tags['aws:autoscaling:groupName']
      const name = tags['Name'] ? ` (${tags['Name']})` : ''
      return [
        interfaceId,
        {
          owner: { words: `EC2 instance ${instanceId}${name}`, ids: [instanceId, ...(group ? [group] : [])] },
          tags,
          hint: group
            ? `take the instance out of the Auto Scaling group ${group}, or delete the group`
            : `move the instance elsewhere, or terminate it: aws ec2 terminate-instances --instance-ids ${instanceId}`,
        },
      ]
    }),
  )
}
