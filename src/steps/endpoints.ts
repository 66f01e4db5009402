import type { StackConfig } from '../config/schema/stack.ts'
import type { After } from '../resources/resource.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'

interface Ground {
  readonly vpc: Handle<'ec2/vpc'>
  /** Where those who call the services stand: one subnet in each zone. */
  readonly subnets: readonly Handle<'ec2/subnet'>[]
  readonly routeTables: readonly Handle<'ec2/route-table'>[]
}

/** S3 and DynamoDB are reached by routes; every other service by an address in each subnet. */
const byRoutes: readonly string[] = ['s3', 'dynamodb']

/** Ways to AWS services that do not cross the internet. Gives what has to stand before tasks can use them. */
export function endpoints(
  declare: Declare,
  { network }: StackConfig,
  { vpc, subnets, routeTables }: Ground,
  { region }: Facts,
  names: Names,
): After[] {
  const services = [
    ...new Set(network.endpoints.flatMap(one => (one === 'ecr' ? ['ecr.api', 'ecr.dkr'] : [one]))),
  ]
  const { vpcId } = vpc.out
  const origin = 'network.endpoints'
  const group = services.some(service => !byRoutes.includes(service))
    ? declare(
        'network/endpoints.group',
        'ec2/security-group',
        {
          groupName: names.of('endpoints', 'securityGroup'),
          description: 'VPC endpoints: HTTPS from inside the VPC',
          vpcId,
          ingress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, cidr: network.cidr }],
        },
        { name: names.of('endpoints', 'securityGroup'), origin },
      )
    : undefined
  return services.map(service => {
    const gateway = byRoutes.includes(service)
    return ready(
      declare(
        `network/endpoints.${service.replace('.', '-')}`,
        'ec2/vpc-endpoint',
        {
          vpcId,
          serviceName: `com.amazonaws.${region}.${service}`,
          endpointType: gateway ? 'Gateway' : 'Interface',
          routeTableIds: gateway ? routeTables.map(({ out }) => out.routeTableId) : [],
          subnetIds: gateway ? [] : subnets.map(({ out }) => out.subnetId),
          securityGroupIds: group && !gateway ? [group.out.groupId] : [],
          privateDnsEnabled: !gateway,
        },
        // AWS gives private host names only once those of the VPC are on: a call that follows its making.
        { name: names.of(service), origin, after: gateway ? [] : [ready(vpc)] },
      ),
    )
  })
}
