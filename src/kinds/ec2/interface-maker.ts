import type { NetworkInterface } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import type { Blocker, Owner } from '../../resources/blocker.ts'
import {
  cacheOf,
  databaseOf,
  fileSystemOf,
  loadBalancerOf,
  proxyOf,
  searchDomainOf,
} from './interface-owner.ts'
import { endpointOf, natGatewayOf, taskOf } from './interface-owner.ts'

type Whose = Omit<Blocker, 'id' | 'what'>

/** An AWS service that puts network interfaces into subnets and removes them some time after what they are for. */
interface Maker {
  readonly description: RegExp
  /** What stands in the description: an id, or a name. Undefined where AWS does not say more than the service. */
  readonly owner?: (found: RegExpExecArray) => Owner
  /** Where it does not: the types that have such interfaces. */
  readonly types?: readonly string[]
  readonly hint: (found: RegExpExecArray) => string
  /** Seconds. */
  readonly within: number
  /** Asks the service. */
  readonly living: (found: RegExpExecArray, row: NetworkInterface, aws: Aws) => Promise<Owner | undefined>
}

const makers: readonly Maker[] = [
  {
    // The part after ELB is the end of the load balancer's ARN.
    description: /^ELB ((?:app|net|gwy)\/([^/]+)\/[0-9a-f]+)$/,
    owner: ([, path = '', name]) => ({ words: `load balancer ${name}`, ids: [path] }),
    hint: ([, , name]) => `delete the load balancer ${name}, or move it to other subnets and security groups`,
    within: 600,
    living: ([, path = '', name = ''], _row, aws) => loadBalancerOf(name, path, aws),
  },
  {
    description: /^Interface for NAT Gateway (nat-[0-9a-f]+)$/,
    owner: ([, id = '']) => ({ words: `NAT gateway ${id}`, ids: [id] }),
    hint: ([, id]) => `delete the NAT gateway: aws ec2 delete-nat-gateway --nat-gateway-id ${id}`,
    within: 300,
    living: ([, id = ''], _row, aws) => natGatewayOf(id, aws),
  },
  {
    description: /^VPC Endpoint Interface:? (vpce-[0-9a-f]+)/,
    owner: ([, id = '']) => ({ words: `VPC endpoint ${id}`, ids: [id] }),
    hint: ([, id]) => `delete the VPC endpoint: aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
    within: 600,
    living: ([, id = ''], _row, aws) => endpointOf(id, aws),
  },
  {
    description: /(fsmt-[0-9a-f]+)/,
    owner: ([, id = '']) => ({ words: `EFS mount target ${id}`, ids: [id] }),
    hint: ([, id]) => `delete the mount target: aws efs delete-mount-target --mount-target-id ${id}`,
    within: 300,
    living: ([, id = ''], _row, aws) => fileSystemOf(id, aws),
  },
  {
    description: /^RDSNetworkInterface$/,
    types: ['rds/instance', 'rds/read-replica'],
    hint: () => 'delete the database, or move it to other subnets and security groups',
    within: 600,
    living: (_found, row, aws) => databaseOf(row, aws),
  },
  {
    description: /^Network interface for DBProxy/,
    types: ['rds/proxy'],
    hint: () => 'delete the database proxy, or give it other security groups',
    within: 600,
    living: (_found, row, aws) => proxyOf(row, aws),
  },
  {
    description: /^ElastiCache (\S+)$/,
    types: ['elasticache/replication-group'],
    hint: ([, name]) => `delete the cache ${name}, or give it other security groups`,
    within: 600,
    living: ([, name = ''], _row, aws) => cacheOf(name, aws),
  },
  {
    description: /^ES (\S+)$/,
    owner: ([, name = '']) => ({ words: `OpenSearch domain ${name}`, ids: [name] }),
    hint: ([, name]) => `delete the search domain ${name}, or move it to other subnets and security groups`,
    within: 900,
    living: ([, name = ''], _row, aws) => searchDomainOf(name, aws),
  },
  {
    description: /^arn:[^:]+:ecs:[^:]*:[^:]*:attachment\//,
    types: ['ecs/service'],
    hint: () => 'stop the ECS task, or move its service to other subnets and security groups',
    // A task that was told to stop may still be answering requests.
    within: 900,
    living: (_found, row, aws) => taskOf(row, aws),
  },
]

/** Whose interface it is that no EC2 instance has. */
export function makerOf(row: NetworkInterface, aws: Aws): Whose {
  const { Description = '' } = row
  for (const { description, owner, types, hint, within, living } of makers) {
    const found = description.exec(Description)
    if (!found) continue
    return {
      ...(owner && { owner: owner(found) }),
      ...(types && { madeBy: { types, referring: groupsOf(row) } }),
      hint: hint(found),
      release: {
        within,
        owner: async () => orAbsent(living(found, row, aws)),
      },
    }
  }
  return othersOf(row)
}

/** Of services that this tool makes nothing of: what they have made goes when their owner removes it. */
function othersOf({
  NetworkInterfaceId,
  Description = '',
  RequesterManaged,
  RequesterId,
  Status,
}: NetworkInterface): Whose {
  const [, lambda] =
    /^AWS Lambda VPC ENI-(.+?)(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/.exec(Description) ?? []
  if (lambda !== undefined)
    return {
      owner: { words: `Lambda function ${lambda}`, ids: [] },
      // Lambda takes its time, and nobody else can detach them:
      // https://github.com/hashicorp/terraform-provider-aws/commit/a54c065635309ee6daca33a914c1b56ad855a396
      hint: `delete the Lambda function ${lambda} or take it out of the VPC; Lambda removes its network interfaces up to 40 minutes later`,
    }
  if (RequesterManaged)
    return {
      owner: { words: `an AWS service (requester ${RequesterId ?? 'unknown'})`, ids: [] },
      hint: 'remove what its description names, in the service that has made it',
    }
  const remove = `aws ec2 delete-network-interface --network-interface-id ${NetworkInterfaceId}`
  return {
    hint:
      Status === 'available'
        ? `delete it: ${remove}`
        : `detach it from what uses it, then delete it: ${remove}`,
  }
}

function groupsOf({ Groups = [] }: NetworkInterface): string[] {
  return Groups.flatMap(({ GroupId }) => GroupId ?? [])
}
