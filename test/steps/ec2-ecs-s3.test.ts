import { describe, expect, it } from 'vitest'
import { exampleOf, ref } from '../support/example.ts'

const { at, ofType } = await exampleOf('ec2-ecs-s3', {
  images: { worker: true },
  secrets: { 'database-url': true },
})

describe('the ec2-ecs-s3 example', () => {
  it('A1: has a VPC with a public subnet, an internet gateway and a route to it', () => {
    expect(ofType('ec2/subnet').map(({ props }) => props['cidrBlock'])).toEqual(['10.0.1.0/24'])
    expect(at('network/internet-gateway').props).toEqual({ vpcId: ref('network/vpc', 'vpcId') })
    expect(at('network/public-routes').props['routes']).toEqual([
      {
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: ref('network/internet-gateway', 'internetGatewayId'),
      },
    ])
  })

  it('A2: has a frontend that the world reaches over HTTP, on the newest Amazon Linux 2023', () => {
    expect(at('instances/frontend').props).toMatchObject({
      image: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      subnetId: ref('network/public-subnet-a', 'subnetId'),
    })
    expect(at('security-groups/frontend').props['ingress']).toEqual([
      { protocol: 'tcp', fromPort: 80, toPort: 80, cidr: '0.0.0.0/0' },
    ])
  })

  it('A3: has a backend with a group of its own that may go out to the database', () => {
    expect(at('instances/backend').props['securityGroupIds']).toEqual([
      ref('security-groups/backend', 'groupId'),
    ])
    // AWS's default lets everything out; nothing is declared that would narrow it.
    expect(at('security-groups/backend').props).not.toHaveProperty('egress')
  })

  it('A4: runs a Fargate service in the public subnet, with a public address, from ECR', () => {
    expect(at('services/worker').props).toMatchObject({
      launchType: 'FARGATE',
      assignPublicIp: true,
      desiredCount: 1,
      subnetIds: [ref('network/public-subnet-a', 'subnetId')],
    })
    const [container] = at('services/worker.task').props['containers'] as [{ image: unknown }]
    expect(container.image).toEqual({
      template: [expect.objectContaining({ reference: 'registry/worker', attribute: 'uri' }), ':', 'latest'],
    })
  })

  it('A7: hands the tasks a secret by its ARN', () => {
    const [container] = at('services/worker.task').props['containers'] as [{ secrets: unknown }]
    expect(container.secrets).toEqual({ DATABASE_URL: ref('data/database-url', 'arn', false) })
  })

  it('A5: has the repository that a pipeline pushes to', () => {
    expect(ofType('ecr/repository')).toHaveLength(1)
  })

  it('A6: has a private, encrypted, versioned bucket that the tasks may read and write, and nothing else', () => {
    expect(at('data/files').props).toMatchObject({
      versioned: true,
      encryption: 'AES256',
      publicAccessBlocked: true,
    })
    const policy = JSON.stringify(at('identity/worker.task-role').props['inlinePolicies'])
    const actions = policy.match(/"[a-z0-9-]+:[A-Za-z*]+"/g)
    expect(actions).toEqual([
      '"s3:ListBucket"',
      '"s3:GetObject"',
      '"s3:PutObject"',
      '"s3:DeleteObject"',
      '"s3:AbortMultipartUpload"',
    ])
    expect(policy).toContain('"reference":"data/files"')
    expect(policy).not.toContain('"Resource":"*"')
  })
})
