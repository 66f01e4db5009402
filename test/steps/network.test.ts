import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/resources/resource.ts'
import { problemsOf, resourcesOf } from '../support/stacks.ts'

const web = { image: 'nginx', port: 80, paths: ['/*'] }
const find = (stack: readonly Resource[], address: string) =>
  stack.find(resource => resource.address === address)
const numbers = (resource: Resource | undefined, direction: 'ingress' | 'egress') =>
  ((resource?.props[direction] ?? []) as { ruleNumber: number; fromPort?: number }[]).map(
    ({ ruleNumber, fromPort }) => [ruleNumber, fromPort],
  )

describe('network ACLs', () => {
  it('let in the VPC, open ports and answers where the config says no more', async () => {
    const stack = await resourcesOf({ network: { acls: { public: {}, private: {} } }, services: { web } })
    const open = find(stack, 'network/public-acl')
    expect(numbers(open, 'ingress')).toEqual([
      [100, undefined],
      [110, 80],
      [111, 443],
      [200, 1024],
      [201, 1024],
    ])
    expect(numbers(open, 'egress')).toEqual([[100, undefined]])
    expect(open?.props['subnetIds']).toHaveLength(2)
    expect(numbers(find(stack, 'network/private-acl'), 'ingress')).toEqual([
      [100, undefined],
      [200, 1024],
      [201, 1024],
    ])
  })

  it('let nothing but the VPC into private subnets without a way out', async () => {
    const stack = await resourcesOf({ network: { natGateways: 'none', acls: { private: {} } } })
    expect(numbers(find(stack, 'network/private-acl'), 'ingress')).toEqual([[100, undefined]])
  })

  it('take the rules of the config, numbered by their order', async () => {
    const ingress = [
      { ports: 443, cidr: '10.0.0.0/8' },
      { protocol: 'udp', ports: '1024-2048', action: 'deny', number: 50 },
      { protocol: 'all' },
    ]
    const stack = await resourcesOf({ network: { acls: { public: { ingress } } } })
    expect(find(stack, 'network/public-acl')?.props['ingress']).toEqual([
      { ruleNumber: 100, action: 'allow', protocol: 'tcp', cidr: '10.0.0.0/8', fromPort: 443, toPort: 443 },
      { ruleNumber: 50, action: 'deny', protocol: 'udp', cidr: '0.0.0.0/0', fromPort: 1024, toPort: 2048 },
      { ruleNumber: 300, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' },
    ])
  })

  it.each([
    [
      [{ protocol: 'tcp' }],
      'network.acls.public.ingress[0]: has no ports, which tcp needs. Add `ports`, e.g. 443 or "1024-65535".',
    ],
    [
      [{ protocol: 'all', ports: 80 }],
      'network.acls.public.ingress[0].ports: all has no ports. Remove them.',
    ],
    [
      [{ ports: '90-80' }],
      'network.acls.public.ingress[0].ports: 90-80 is not a range of ports. Write the lower port first, and none above 65535.',
    ],
    [
      [{ ports: 80 }, { ports: 81, number: 100 }],
      'network.acls.public.ingress[1]: has number 100, as ingress[0] has. Give it a number of its own.',
    ],
    [
      [{ ports: 80, cidr: 'office' }],
      'network.acls.public.ingress[0].cidr: "office" is not a CIDR block. Write it like 10.0.0.0/16, or ::/0.',
    ],
  ])('are refused with %j', async (ingress, problem) => {
    expect(await problemsOf({ network: { acls: { public: { ingress } } } })).toEqual([problem])
  })
})

describe('IPv6', () => {
  const six = { network: { ipv6: true, acls: { public: {}, private: {} } } }

  it('is in the rules of the ACLs that the config leaves to us', async () => {
    const stack = await resourcesOf({ ...six, services: { web } })
    expect(numbers(find(stack, 'network/public-acl'), 'ingress')).toEqual([
      [100, undefined],
      [110, 80],
      [160, 80],
      [111, 443],
      [161, 443],
      [200, 1024],
      [201, 1024],
      [250, 1024],
      [251, 1024],
    ])
    expect(find(stack, 'network/public-acl')?.props['egress']).toMatchObject([
      { ruleNumber: 100, cidr: '0.0.0.0/0' },
      { ruleNumber: 101, cidr: '::/0' },
    ])
  })

  it('opens the ports of an instance that are open to everybody, and lets it out', async () => {
    const ports = [80, { port: 22, cidr: '203.0.113.0/24' }, { port: 443, cidr: '2001:db8::/32' }]
    const stack = await resourcesOf({ ...six, instances: { bastion: { ports } } })
    const { ingress, egress } = find(stack, 'security-groups/bastion')!.props as Record<string, unknown[]>
    expect(ingress).toMatchObject([
      { fromPort: 80, cidr: '0.0.0.0/0' },
      { fromPort: 80, cidr: '::/0' },
      { fromPort: 22, cidr: '203.0.113.0/24' },
      { fromPort: 443, cidr: '2001:db8::/32' },
    ])
    expect(egress).toMatchObject([{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }])
  })

  it('has no way out of private subnets that have none over IPv4', async () => {
    const stack = await resourcesOf({ network: { ipv6: true, natGateways: 'none' }, services: { web } })
    expect(stack.some(({ type }) => type === 'ec2/egress-only-internet-gateway')).toBe(false)
    expect(find(stack, 'network/public-routes')?.props['routes']).toMatchObject([
      { destinationCidrBlock: '0.0.0.0/0' },
      { destinationCidrBlock: '::/0' },
    ])
  })

  it('is that of an existing VPC where the config says that it has it', async () => {
    const subnets = ['subnet-0a1b2c3d', 'subnet-1a1b2c3d']
    const existing = { vpc: { id: 'vpc-0a1b2c3d', publicSubnets: subnets } }
    const stack = await resourcesOf({ network: { ipv6: true }, existing, services: { web } })
    expect(stack.some(({ type }) => type.endsWith('ipv6-block'))).toBe(false)
    expect(find(stack, 'load-balancer/alb')?.props['ipAddressType']).toBe('dualstack')
  })
})

describe('VPC endpoints', () => {
  it('lead to S3 by the route tables and to ECR by two names in the subnets of the tasks', async () => {
    const stack = await resourcesOf({ network: { endpoints: ['s3', 'ecr'] }, services: { web } })
    expect(find(stack, 'network/endpoints.s3')?.props).toMatchObject({
      serviceName: 'com.amazonaws.us-east-1.s3',
      endpointType: 'Gateway',
      routeTableIds: [{ reference: 'network/public-routes' }, { reference: 'network/private-routes' }],
      subnetIds: [],
    })
    for (const name of ['ecr-api', 'ecr-dkr'])
      expect(find(stack, `network/endpoints.${name}`)?.props).toMatchObject({
        endpointType: 'Interface',
        subnetIds: [{ reference: 'network/private-subnet-a' }, { reference: 'network/private-subnet-b' }],
        privateDnsEnabled: true,
      })
  })

  it('stand before the first task starts, and let the VPC in on 443 only', async () => {
    const stack = await resourcesOf({ network: { endpoints: ['logs'] }, services: { web } })
    expect(find(stack, 'services/web')?.after).toContainEqual({
      address: 'network/endpoints.logs',
      needs: 'ready',
    })
    expect(find(stack, 'network/endpoints.group')?.props['ingress']).toEqual([
      { protocol: 'tcp', fromPort: 443, toPort: 443, cidr: '10.0.0.0/16' },
    ])
  })

  it('need no security group where all of them are routes', async () => {
    const stack = await resourcesOf({ network: { endpoints: ['s3', 'dynamodb'] } })
    expect(find(stack, 'network/endpoints.group')).toBeUndefined()
  })
})
