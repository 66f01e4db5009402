import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/resources/resource.ts'
import { problemsOf, resourcesOf } from '../support/stacks.ts'

const find = (stack: readonly Resource[], address: string) =>
  stack.find(resource => resource.address === address)

describe('the instances step', () => {
  it('takes Amazon Linux 2023 for the architecture of the type', async () => {
    const stack = await resourcesOf({
      instances: { web: {}, arm: { instanceType: 't4g.small' }, disk: { instanceType: 'im4gn.large' } },
    })
    const image = (name: string) => find(stack, `instances/${name}`)?.props['image']
    expect(image('web')).toMatch(/x86_64$/)
    expect(image('arm')).toMatch(/arm64$/)
    expect(image('disk')).toMatch(/arm64$/)
  })

  it('puts an instance where the config says, and lets it wait for its way out', async () => {
    const zones = ['us-east-1a', 'us-east-1b']
    const stack = await resourcesOf({
      network: { zones },
      instances: { job: { access: 'private', zone: 'us-east-1b' } },
    })
    const job = find(stack, 'instances/job')!
    expect(job.props).toMatchObject({
      subnetId: { reference: 'network/private-subnet-b' },
      associatePublicIp: false,
    })
    expect(job.after).toContainEqual({ address: 'network/nat-gateway', needs: 'ready' })
    expect(job.after.map(({ address }) => address)).not.toContain('network/internet-gateway')
  })

  it('opens the database to the instance that uses it, and lets it read the secret', async () => {
    const stack = await resourcesOf({
      databases: { database: { engine: 'postgres' } },
      instances: { api: { uses: ['database'], environment: { MODE: "it's live" } } },
    })
    expect(find(stack, 'security-groups/database')?.props['ingress']).toEqual([
      {
        protocol: 'tcp',
        fromPort: 5432,
        toPort: 5432,
        groupId: expect.objectContaining({ reference: 'security-groups/api' }),
      },
    ])
    expect(find(stack, 'identity/api.instance-role')?.props['inlinePolicies']).toHaveProperty('uses')
    const { template } = find(stack, 'instances/api')!.props['userData'] as { template: unknown[] }
    const script = template.map(part => (typeof part === 'string' ? part : '…')).join('')
    expect(script).toBe(
      [
        '#!/bin/bash',
        "cat > /etc/provision.env <<'END_OF_VARIABLES'",
        "DATABASE_HOST='…'",
        "DATABASE_PORT='5432'",
        "DATABASE_NAME='shop'",
        "MODE='it'\\''s live'",
        "DATABASE_SECRET_ARN='…'",
        'END_OF_VARIABLES',
        'set -a',
        '. /etc/provision.env',
        'set +a',
        '',
      ].join('\n'),
    )
  })

  it('hands a script on as it is where there are no variables', async () => {
    const stack = await resourcesOf({ instances: { web: { userData: '#cloud-config\n' } } })
    expect(find(stack, 'instances/web')?.props['userData']).toBe('#cloud-config\n')
  })

  it.each([
    [
      { web: { access: 'private' } },
      'instances.web.access: there are no private subnets. Use public, or add network.privateSubnets.',
    ],
    [
      { web: { zone: 'us-east-1a' } },
      'instances.web.zone: the stack does not say its zones. Add network.zones, us-east-1a among them.',
    ],
    [
      { web: { ports: [{ port: 22, cidr: 'home' }] } },
      'instances.web.ports[0].cidr: "home" is not a CIDR block. Write it like 203.0.113.0/24, or 2001:db8::/32.',
    ],
    [{ web: { ports: [80, 80] } }, 'instances.web.ports[1]: stands twice. Name it once.'],
    [
      { web: { uses: ['shelf'] } },
      'instances.web.uses[0]: there is nothing to use called "shelf". Use one of shelves.',
    ],
    [
      { web: { uses: ['disk'] } },
      'instances.web.uses[0]: an instance does not mount "disk" by itself. Remove it, and mount it in userData.',
    ],
    [
      { web: { userData: '#cloud-config', environment: { A: 'b' } } },
      'instances.web.userData: is no shell script, which alone can take variables. Begin it with "#!/bin/bash", or remove `uses` and `environment`.',
    ],
    [
      { web: { userData: `#!/bin/bash ${'x'.repeat(15_000)}` } },
      'instances.web.userData: is longer than the 14336 bytes that fit. Let a short script fetch the rest, e.g. from a bucket in `uses`.',
    ],
    [
      { web: { environment: { A: '${none.host}' } } },
      'instances.web.environment.A: ${none.host}: there is no "none". Use one of disk, shelves.',
    ],
  ])('is not asked for %j', async (instances, problem) => {
    const network = { publicSubnets: ['10.0.1.0/24'], privateSubnets: [], natGateways: 'none' }
    const stack = { network, fileSystems: { disk: {} }, buckets: { shelves: {} }, instances }
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
