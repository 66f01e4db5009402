import { createIssued } from '../acm.ts'
import { ec2 } from '../ec2/index.ts'
import { elbv2 } from '../elbv2/index.ts'
import { rows } from '../elbv2/rows.ts'
import type { World } from '../world.ts'

export interface LoadBalancerNames {
  readonly name: string
  readonly port: number
  readonly vpcId: string
  readonly subnetIds: readonly string[]
  /** Of the certificate of a listener with TLS. */
  readonly domainName: string
}

/** An Application Load Balancer with a listener that answers 404: HTTP on port 80, HTTPS elsewhere. */
export function createLoadBalancer(world: World, names: LoadBalancerNames): string[] {
  const { name, port, vpcId, subnetIds, domainName } = names
  const created: string[] = []
  const there = rows(world, 'loadBalancer')
    .list()
    .find(row => row.name === name)
  if (!there) {
    const group = { GroupName: `${name}-load-balancer`, Description: `Load balancer ${name}`, VpcId: vpcId }
    const GroupId = ec2.createSecurityGroup(group, world).GroupId!
    const open = { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
    ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [open] }, world)
    elbv2.createLoadBalancer({ Name: name, Subnets: [...subnetIds], SecurityGroups: [GroupId] }, world)
    created.push(`load balancer ${name}`)
  }
  const { arn } = rows(world, 'loadBalancer')
    .list()
    .find(row => row.name === name)!
  const listening = rows(world, 'listener')
    .list()
    .some(row => row.loadBalancerArn === arn && row.port === port)
  if (listening) return created
  const certificateArn = world.arn('acm', `certificate/${name}-${port}`)
  if (port !== 80) createIssued(world, certificateArn, domainName)
  elbv2.createListener(
    {
      LoadBalancerArn: arn,
      Port: port,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      ...(port === 80
        ? { Protocol: 'HTTP' }
        : { Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificateArn }] }),
    },
    world,
  )
  return [...created, `listener ${name}:${port} (${port === 80 ? 'HTTP' : 'HTTPS'})`]
}
