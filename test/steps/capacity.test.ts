import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/resources/resource.ts'
import { problemsOf, resourcesOf } from '../support/stacks.ts'

const web = { image: 'nginx', port: 80 }
const find = (stack: readonly Resource[], address: string) =>
  stack.find(resource => resource.address === address)
const typesOf = (stack: readonly Resource[]) => stack.map(({ type }) => type)

describe('the capacity step', () => {
  it('declares nothing for services on Fargate', async () => {
    const stack = await resourcesOf({ services: { web } })
    expect(typesOf(stack)).not.toContain('ecs/cluster-capacity')
    expect(find(stack, 'services/web')?.props).toMatchObject({ launchType: 'FARGATE' })
  })

  it('gives the cluster Fargate Spot where a service may be stopped at short notice', async () => {
    const stack = await resourcesOf({ services: { web: { ...web, capacity: 'fargate-spot' } } })
    expect(find(stack, 'cluster/cluster.capacity')?.props['capacityProviders']).toEqual([
      'FARGATE',
      'FARGATE_SPOT',
    ])
    const service = find(stack, 'services/web')!
    expect(service.props).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    })
    expect(service.props).not.toHaveProperty('launchType')
    expect(service.after).toContainEqual({ address: 'cluster/cluster.capacity', needs: 'ready', holds: true })
    expect(typesOf(stack)).not.toContain('autoscaling/group')
  })

  it('tells the agent its cluster, and keeps tasks from the role of their instance', async () => {
    const stack = await resourcesOf({
      cluster: { capacity: { instanceType: 't4g.medium', agent: { ECS_LOGLEVEL: 'warn' } } },
      services: { web: { ...web, capacity: 'ec2', architecture: 'arm64' } },
    })
    const template = find(stack, 'cluster/hosts.template')!
    expect(template.props['imageId']).toBe(
      'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
    )
    expect(String(template.props['userData']).split('\n')).toEqual([
      '#!/bin/bash',
      "cat >> /etc/ecs/ecs.config <<'END_OF_SETTINGS'",
      'ECS_CLUSTER=dev-shop-cluster',
      'ECS_AWSVPC_BLOCK_IMDS=true',
      'ECS_LOGLEVEL=warn',
      'END_OF_SETTINGS',
      '',
    ])
    expect(find(stack, 'cluster/hosts')?.props).not.toHaveProperty('mixedInstances')
  })

  it('puts instances where the tasks are, unless the config says otherwise', async () => {
    const subnetsWith = async (capacity: object) => {
      const stack = await resourcesOf({
        cluster: { capacity },
        services: { web: { ...web, capacity: 'ec2' } },
      })
      const subnets = find(stack, 'cluster/hosts')?.props['subnetIds'] as { reference: string }[]
      return subnets.map(({ reference }) => reference)
    }
    expect(await subnetsWith({})).toEqual(['network/private-subnet-a', 'network/private-subnet-b'])
    expect(await subnetsWith({ access: 'public' })).toEqual([
      'network/public-subnet-a',
      'network/public-subnet-b',
    ])
  })

  it('runs tasks on the instances of an existing cluster by launch type, and adds none', async () => {
    const stack = await resourcesOf({
      existing: { cluster: 'shared' },
      services: { web: { ...web, capacity: 'ec2' } },
    })
    expect(find(stack, 'services/web')?.props).toMatchObject({ launchType: 'EC2' })
    expect(typesOf(stack)).not.toContain('ecs/cluster')
    expect(typesOf(stack)).not.toContain('ecs/cluster-capacity')
  })
})

describe('capacity', () => {
  const onInstances = { web: { ...web, capacity: 'ec2' } }

  it.each([
    [
      { services: onInstances },
      'services.web.capacity: the cluster has no EC2 instances. Add cluster.capacity, or use fargate.',
    ],
    [
      { cluster: { capacity: {} }, services: { web } },
      'cluster.capacity: no service runs on these instances. Add `capacity: ec2` to a service, or remove cluster.capacity.',
    ],
    [
      { cluster: { capacity: { min: 5, max: 4 } }, services: onInstances },
      'cluster.capacity.min: 5 is more than max, 4. Raise max or lower min.',
    ],
    [
      { cluster: { capacity: { instanceType: 't4g.medium' } }, services: onInstances },
      'services.web.architecture: x86_64 does not run on t4g.medium. Use arm64, or another cluster.capacity.instanceType.',
    ],
    [
      {
        cluster: { capacity: { spot: { percent: 50, instanceTypes: ['m7g.large'] } } },
        services: onInstances,
      },
      'cluster.capacity.spot.instanceTypes[0]: m7g.large has another CPU architecture than t3.medium. Use types with x86_64 CPUs only.',
    ],
    [
      { cluster: { capacity: { schedules: { night: { schedule: '0 20 * * *' } } } }, services: onInstances },
      'cluster.capacity.schedules.night: changes nothing. Add min or max.',
    ],
    [
      {
        cluster: { capacity: { schedules: { night: { schedule: '0 20 * * *', max: 1 } } } },
        services: onInstances,
      },
      'cluster.capacity.schedules.night: min would be 2, more than max, 1. Give both, min not above max.',
    ],
    [
      {
        cluster: { capacity: { schedules: { night: { schedule: '0 20 * * *', min: 1, timezone: 'Mars' } } } },
        services: onInstances,
      },
      'cluster.capacity.schedules.night.timezone: "Mars" is not a time zone. Write it like Europe/Vienna.',
    ],
    [
      { cluster: { capacity: { rootVolume: { size: 29 } } }, services: onInstances },
      'cluster.capacity.rootVolume.size: 29 GiB is less than the 30 of the ECS-optimised image. Use 30 or more, or an image with a smaller snapshot.',
    ],
    [
      { cluster: { capacity: {} }, network: { natGateways: 'none' }, services: onInstances },
      'services.web.capacity: tasks on EC2 instances get no public address, and from public subnets they cannot reach the internet. Set network.natGateways to one, with network.privateSubnets, or use fargate.',
    ],
    [
      { cluster: { capacity: {} }, network: { privateSubnets: [] }, services: onInstances },
      'services.web.capacity: tasks on EC2 instances get no public address, and from public subnets they cannot reach the internet. Set network.natGateways to one, with network.privateSubnets, or use fargate.',
    ],
    [
      {
        cluster: { capacity: {} },
        existing: { vpc: { id: 'vpc-0123456789abcdef0', publicSubnets: ['subnet-0123456789abcdef0'] } },
        services: onInstances,
      },
      'services.web.capacity: tasks on EC2 instances get no public address, and from public subnets they cannot reach the internet. Add existing.vpc.privateSubnets with a route to a NAT gateway, or use fargate.',
    ],
    [
      {
        existing: {
          cluster: 'shared',
          vpc: { id: 'vpc-0123456789abcdef0', publicSubnets: ['subnet-0123456789abcdef0'] },
        },
        services: onInstances,
      },
      'services.web.capacity: tasks on EC2 instances get no public address, and from public subnets they cannot reach the internet. Add existing.vpc.privateSubnets with a route to a NAT gateway, or use fargate.',
    ],
    [
      { services: { web: { ...onInstances.web, cpu: 64 } }, cluster: { capacity: {} } },
      'services.web.cpu: ECS takes no less than 128 CPU units. Use 128 or more.',
    ],
  ])('is refused with %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })

  it('takes a small root volume where the image is not the ECS-optimised one', async () => {
    const image = 'ami-0123456789abcdef0'
    const cluster = { capacity: { image, rootVolume: { size: 8 } } }
    expect(await problemsOf({ cluster, services: onInstances })).toEqual([])
  })

  it('takes sizes on instances that Fargate does not pair', async () => {
    const services = { web: { ...onInstances.web, cpu: 300, memory: 700 } }
    expect(await problemsOf({ cluster: { capacity: {} }, services })).toEqual([])
  })
})

describe('what is there already', () => {
  const vpc = { id: 'vpc-0123456789abcdef0', publicSubnets: ['subnet-0123456789abcdef0'] }

  it.each([
    [
      { existing: { vpc }, network: { endpoints: ['s3'] } },
      'network.endpoints: belongs to a VPC that the stack makes, and existing.vpc is not changed. Remove it, or remove existing.vpc.',
    ],
    [
      { existing: { vpc }, services: { web: { ...web, paths: ['/*'] } } },
      'existing.vpc.publicSubnets: a load balancer needs subnets in two zones. Add a subnet of a second zone.',
    ],
    [
      { existing: { cluster: 'shared' }, cluster: { name: 'mine' } },
      'cluster.name: belongs to a cluster that the stack makes, and existing.cluster is not changed. Remove it, or remove existing.cluster.',
    ],
  ])('is not described a second time: %j', async (stack, problem) => {
    expect(await problemsOf(stack)).toEqual([problem])
  })
})
