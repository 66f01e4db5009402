import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Companion } from '../../resources/blocker.ts'
import { deleteEndpoint } from './delete-endpoint.ts'

/**
 * With Runtime Monitoring and its automated agent on, for an account or a whole organisation, GuardDuty puts a VPC endpoint
 * and a security group into each VPC that runs tasks or instances, and tags both `GuardDutyManaged: true`. It never removes
 * the endpoint itself:
 * https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-ecs-fargate.html
 * https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-agent-resource-clean-up.html
 */
const mark = { Name: 'tag:GuardDutyManaged', Values: ['true'] }

/** The last part of the endpoint's service name: `com.amazonaws.eu-west-1.guardduty-data`. */
const service = '.guardduty-data'

/** Seconds from the deletion of the endpoint until its network interfaces are gone: minutes, says experience. */
const within = 900

/** What GuardDuty has put into each of these VPCs. It belongs to the VPC, and goes with it. */
export async function guardDutyIn(vpcIds: readonly string[], aws: Aws): Promise<Companion[][]> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }, mark]
  const [endpoints, groups] = await Promise.all([
    allPages(NextToken =>
      aws.ec2
        .describeVpcEndpoints({ Filters, MaxResults: 1000, NextToken })
        .then(page => ({ rows: page.VpcEndpoints, next: page.NextToken })),
    ),
    allPages(NextToken =>
      aws.ec2
        .describeSecurityGroups({ Filters, MaxResults: 1000, NextToken })
        .then(page => ({ rows: page.SecurityGroups, next: page.NextToken })),
    ),
  ])
  return vpcIds.map(vpcId => [
    ...endpoints.flatMap(({ VpcEndpointId: id, VpcId, ServiceName }) =>
      id && VpcId === vpcId && ServiceName?.endsWith(service)
        ? [{ id, what: `VPC endpoint ${id} of GuardDuty`, within, remove: () => deleteEndpoint(id, aws) }]
        : [],
    ),
    ...groups.flatMap(({ GroupId: id, VpcId, GroupName }) =>
      id && VpcId === vpcId && GroupName === `GuardDutyManagedSecurityGroup-${vpcId}`
        ? [
            {
              id,
              what: `security group ${id} of GuardDuty`,
              within,
              remove: () => orAbsent(aws.ec2.deleteSecurityGroup({ GroupId: id })),
            },
          ]
        : [],
    ),
  ])
}
