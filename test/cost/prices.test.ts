import { describe, expect, it } from 'vitest'
import {
  dataTransferOut,
  ec2,
  fargate,
  loadBalancer,
  natGateway,
  publicAddress,
  rds,
  rdsStorage,
} from '../../src/cost/prices.ts'
import { publishedPrices } from './price-sources.ts'

const ours: Readonly<Record<string, number | undefined>> = {
  'Fargate, x86, vCPU and hour': fargate.X86_64.vcpu,
  'Fargate, x86, GB and hour': fargate.X86_64.memory,
  'Fargate, ARM, vCPU and hour': fargate.ARM64.vcpu,
  'Fargate, ARM, GB and hour': fargate.ARM64.memory,
  'NAT gateway, hour': natGateway.hour,
  'NAT gateway, GB': natGateway.gigabyte,
  'public IPv4 address, hour': publicAddress,
  'data out to the internet, GB': dataTransferOut,
  'Application Load Balancer, hour': loadBalancer.hour,
  'Application Load Balancer, capacity unit and hour': loadBalancer.capacityUnitHour,
  'RDS PostgreSQL db.t4g.micro, hour': rds.postgres['db.t4g.micro'],
  'RDS PostgreSQL db.t4g.small, hour': rds.postgres['db.t4g.small'],
  'RDS PostgreSQL db.t4g.medium, hour': rds.postgres['db.t4g.medium'],
  'RDS gp3, GB and month': rdsStorage['gp3'],
  'EC2 t3.micro, hour': ec2['t3.micro'],
  'EC2 t3.large, hour': ec2['t3.large'],
  'EC2 m7g.large, hour': ec2['m7g.large'],
}

describe('the price table', () => {
  it('is compared with each price that was written down from elsewhere', () => {
    expect(Object.keys(ours).toSorted()).toEqual(publishedPrices.map(({ what }) => what).toSorted())
  })

  it.each(publishedPrices)('says of $what what $source says ($dated)', ({ what, price }) => {
    expect(ours[what]).toBe(price)
  })
})
