import type { SandboxService } from '../service.ts'
import { egressOnlyGatewayOperations } from './egress-only-internet-gateway.ts'
import { elasticIpOperations } from './elastic-ip.ts'
import { imageOperations } from './image.ts'
import { instanceOperations } from './instance.ts'
import { instanceTypeOperations } from './instance-type.ts'
import { interfaceOperations } from './interface.ts'
import { internetGatewayOperations } from './internet-gateway.ts'
import { ipv6BlockOperations } from './ipv6-block.ts'
import { launchTemplateOperations } from './launch-template.ts'
import { natGatewayOperations } from './nat-gateway.ts'
import { networkAclAssociationOperations } from './network-acl-association.ts'
import { networkAclOperations } from './network-acl.ts'
import { peeringOperations } from './peering.ts'
import { routeTableOperations } from './route-table.ts'
import { routeOperations } from './route.ts'
import { securityGroupOperations } from './security-group.ts'
import { securityGroupRuleOperations } from './security-group-rule.ts'
import { subnetOperations } from './subnet.ts'
import { tagOperations } from './tag.ts'
import { volumeOperations } from './volume.ts'
import { vpcEndpointOperations } from './vpc-endpoint.ts'
import { vpcOperations } from './vpc.ts'
import { zoneOperations } from './zone.ts'

export const ec2: SandboxService<'ec2'> = {
  ...vpcOperations,
  ...peeringOperations,
  ...subnetOperations,
  ...internetGatewayOperations,
  ...egressOnlyGatewayOperations,
  ...ipv6BlockOperations,
  ...elasticIpOperations,
  ...natGatewayOperations,
  ...routeTableOperations,
  ...routeOperations,
  ...securityGroupOperations,
  ...securityGroupRuleOperations,
  ...instanceOperations,
  ...instanceTypeOperations,
  ...imageOperations,
  ...launchTemplateOperations,
  ...volumeOperations,
  ...networkAclOperations,
  ...networkAclAssociationOperations,
  ...vpcEndpointOperations,
  ...interfaceOperations,
  ...zoneOperations,

  ...tagOperations,
}
