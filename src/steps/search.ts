import type { StackConfig } from '../config/schema/stack.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Facts } from './facts.ts'
import { domainNameOf } from './names.ts'
import type { Network } from './network.ts'
import type { SecurityGroups } from './security-groups.ts'

export interface Search {
  readonly domain: Handle<'opensearch/domain'>
  readonly logRouterImage: string
  readonly region: string
}

/** The domain that keeps and searches logs. Reached from inside the VPC only, by roles that are allowed to. */
export function search(
  declare: Declare,
  config: StackConfig,
  { dataSubnets }: Network,
  groups: SecurityGroups,
  { account, region, partition }: Facts,
): Search | undefined {
  if (!config.search) return undefined
  const { version, instanceType, nodes, volumeSize, logRouterImage } = config.search
  const domainName = domainNameOf(config)
  const origin = 'search'
  // Only the console makes this role by itself.
  const serviceRole = declare('observability/opensearch.role', 'iam/service-linked-role', {
    serviceName: 'opensearchservice.amazonaws.com',
  })
  const domain = declare(
    'observability/search',
    'opensearch/domain',
    {
      domainName,
      engineVersion: version && `OpenSearch_${version}`,
      instanceType,
      instanceCount: nodes,
      volumeSize,
      volumeType: 'gp3',
      subnetIds: dataSubnets.slice(0, zonesFor(nodes, dataSubnets.length)).map(({ out }) => out.subnetId),
      securityGroupIds: [groups.data.get('search')!.out.groupId],
      accessPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            // Leaves it to the roles of this account, each of which needs a grant of its own.
            Principal: { AWS: `arn:${partition}:iam::${account}:root` },
            Action: 'es:ESHttp*',
            Resource: `arn:${partition}:es:${region}:${account}:domain/${domainName}/*`,
          },
        ],
      },
      encryptionAtRest: true,
      nodeToNodeEncryption: true,
    },
    { name: domainName, after: [ready(serviceRole)], origin },
  )
  return { domain, logRouterImage, region }
}

/** AWS wants the nodes spread evenly, over three zones at most. */
function zonesFor(nodes: number, subnets: number): number {
  return [3, 2].find(zones => zones <= subnets && nodes % zones === 0) ?? 1
}

/** The container beside a service's own that sends on what those write. What it has to say itself stays in CloudWatch. */
export function logRouter({ logRouterImage }: Search, logGroup: Input<string>) {
  return {
    name: 'log-router',
    image: logRouterImage,
    logRouter: 'fluentbit' as const,
    ports: [],
    environment: {},
    secrets: {},
    logGroup,
    mountPoints: [],
  }
}

/** What the log router is told: an index for each service and day, written as the task's role. */
export function routingOptions(
  service: string,
  { domain, region }: Search,
): Readonly<Record<string, Input<string>>> {
  return {
    Name: 'opensearch',
    Host: copied(domain.out.endpoint),
    Port: '443',
    tls: 'On',
    AWS_Auth: 'On',
    AWS_Region: region,
    AWS_Service_Name: 'es',
    Logstash_Format: 'On',
    Logstash_Prefix: service,
    Replace_Dots: 'On',
    Suppress_Type_Name: 'On',
    Retry_Limit: '10',
  }
}
