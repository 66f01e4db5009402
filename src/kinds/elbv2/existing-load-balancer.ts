import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { describeEach } from './describe.ts'
import { fullNameIn } from './named.ts'
import type { LoadBalancerAttributes } from './load-balancer.ts'

export interface ExistingLoadBalancerProps {
  readonly name: string
  /** Where it has to be. */
  readonly vpcId: string
  /** As it is; never wished for. */
  readonly scheme?: string | undefined
  readonly subnetIds?: readonly string[] | undefined
}

export interface ExistingLoadBalancerAttributes extends LoadBalancerAttributes {
  /** One of its groups: all its traffic carries each of them. */
  readonly securityGroupId: string
}

/**
 * An Application Load Balancer that somebody else owns: read, never changed, never deleted. One of another VPC is as
 * good as absent.
 */
export const existingLoadBalancer: Kind<ExistingLoadBalancerProps, ExistingLoadBalancerAttributes> = {
  ...existing("aws elbv2 describe-load-balancers --query 'LoadBalancers[].[LoadBalancerName,Type,VpcId]'"),
  type: 'elbv2/existing-load-balancer',
  label: 'existing load balancer',
  withdrawn: {
    scheme: { moot: 'it is never declared' },
    subnetIds: { moot: 'it is never declared' },
  },
  findBy: ['name', 'vpcId'],

  read: async (requests, { aws }) => {
    const names = requests.flatMap(({ props: { name } }) => (name === undefined ? [] : [name]))
    const rows = await describeEach([...new Set(names)], Names =>
      aws.elbv2.describeLoadBalancers({ Names }).then(({ LoadBalancers }) => LoadBalancers),
    )
    return requests.map(({ props: { name, vpcId } }) => {
      const one = rows.find(({ LoadBalancerName }) => LoadBalancerName === name)
      const { LoadBalancerArn: arn, VpcId, DNSName, CanonicalHostedZoneId, SecurityGroups = [] } = one ?? {}
      if (!arn || one?.Type !== 'application' || (vpcId !== undefined && vpcId !== VpcId)) return undefined
      return {
        attributes: {
          arn,
          dnsName: DNSName ?? '',
          hostedZoneId: CanonicalHostedZoneId ?? '',
          fullName: fullNameIn(arn),
          securityGroupId: sorted(SecurityGroups)[0] ?? '',
        },
        props: {
          name: name!,
          vpcId: VpcId ?? '',
          scheme: one.Scheme,
          subnetIds: sorted((one.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId ?? '')),
        },
        tags: undefined,
      }
    })
  },
}
