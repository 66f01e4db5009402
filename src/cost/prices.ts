/**
 * On-demand list prices of AWS in US dollars, from the public price pages of each service (aws.amazon.com/<service>/pricing),
 * without free tier, discounts, credits and taxes. A price is renewed here together with the date.
 */
export const priceList = {
  date: '2025-06-01',
  region: 'us-east-1',
  source: 'AWS public on-demand price pages',
} as const

/** Under aws.amazon.com, by the beginning of the resource type: the page that a price is from. */
const pages: Readonly<Record<string, string>> = {
  'application-autoscaling/': 'cloudwatch/pricing',
  'autoscaling/': 'ec2/pricing/on-demand',
  'cloudfront/': 'cloudfront/pricing',
  'cloudwatch/': 'cloudwatch/pricing',
  'ec2/elastic-ip': 'vpc/pricing',
  'ec2/instance': 'ec2/pricing/on-demand',
  'ec2/nat-gateway': 'vpc/pricing',
  'ec2/vpc-endpoint': 'privatelink/pricing',
  'ecr/': 'ecr/pricing',
  'ecs/capacity-provider': 'cloudwatch/pricing',
  'ecs/service': 'fargate/pricing',
  'efs/': 'efs/pricing',
  'elasticache/': 'elasticache/pricing',
  'elbv2/': 'elasticloadbalancing/pricing',
  'logs/': 'cloudwatch/pricing',
  'opensearch/': 'opensearch-service/pricing',
  'rds/instance': 'rds/pricing',
  'rds/proxy': 'rds/proxy/pricing',
  'rds/read-replica': 'rds/pricing',
  'route53/': 'route53/pricing',
  's3/': 's3/pricing',
  'secretsmanager/': 'secrets-manager/pricing',
  'wafv2/': 'waf/pricing',
}

/** The page that AWS publishes the prices of this type on; undefined for one that costs nothing. */
export function pricePage(type: string): string | undefined {
  const found = Object.entries(pages).find(([beginning]) => type.startsWith(beginning))
  return found && `https://aws.amazon.com/${found[1]}/`
}

/** AWS's own reckoning of a month. */
export const hoursPerMonth = 730

/** By the hour of one vCPU, and of one GB of memory. */
export const fargate = {
  X86_64: { vcpu: 0.04048, memory: 0.004445 },
  ARM64: { vcpu: 0.03238, memory: 0.00356 },
} as const

/** By the hour, Linux. */
export const ec2: Readonly<Record<string, number>> = {
  't2.micro': 0.0116,
  't2.small': 0.023,
  't2.medium': 0.0464,
  't3.nano': 0.0052,
  't3.micro': 0.0104,
  't3.small': 0.0208,
  't3.medium': 0.0416,
  't3.large': 0.0832,
  't3.xlarge': 0.1664,
  't3.2xlarge': 0.3328,
  't3a.micro': 0.0094,
  't3a.small': 0.0188,
  't3a.medium': 0.0376,
  't3a.large': 0.0752,
  't4g.nano': 0.0042,
  't4g.micro': 0.0084,
  't4g.small': 0.0168,
  't4g.medium': 0.0336,
  't4g.large': 0.0672,
  'm5.large': 0.096,
  'm5.xlarge': 0.192,
  'm6i.large': 0.096,
  'm6i.xlarge': 0.192,
  'm6g.large': 0.077,
  'm7g.large': 0.0816,
  'm7i.large': 0.1008,
  'c5.large': 0.085,
  'c6i.large': 0.085,
  'c6g.large': 0.068,
  'c7g.large': 0.0725,
  'r5.large': 0.126,
  'r6i.large': 0.126,
  'r6g.large': 0.1008,
}

/** By the GB and month. */
export const volumes: Readonly<Record<string, number>> = { gp2: 0.1, gp3: 0.08 }

/** By the hour, in one zone. MariaDB costs what MySQL does. */
export const rds: Readonly<Record<'postgres' | 'mysql', Readonly<Record<string, number>>>> = {
  postgres: {
    'db.t3.micro': 0.018,
    'db.t3.small': 0.036,
    'db.t3.medium': 0.072,
    'db.t3.large': 0.145,
    'db.t4g.micro': 0.016,
    'db.t4g.small': 0.032,
    'db.t4g.medium': 0.065,
    'db.t4g.large': 0.129,
    'db.m5.large': 0.178,
    'db.m6i.large': 0.178,
    'db.m6g.large': 0.159,
    'db.r5.large': 0.25,
    'db.r6g.large': 0.225,
  },
  mysql: {
    'db.t3.micro': 0.017,
    'db.t3.small': 0.034,
    'db.t3.medium': 0.068,
    'db.t3.large': 0.136,
    'db.t4g.micro': 0.016,
    'db.t4g.small': 0.032,
    'db.t4g.medium': 0.065,
    'db.t4g.large': 0.129,
    'db.m5.large': 0.171,
    'db.m6i.large': 0.171,
    'db.m6g.large': 0.152,
    'db.r5.large': 0.24,
    'db.r6g.large': 0.215,
  },
}

/** By the hour and vCPU of the instance behind it. */
export const rdsProxy = 0.015
/** The small classes have no fewer than two. */
export const rdsVcpus: Readonly<Record<string, number>> = {
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
}

/** By the GB and month, in one zone. */
export const rdsStorage: Readonly<Record<string, number>> = { gp2: 0.115, gp3: 0.115 }

/** By the hour and node, Redis. */
export const elastiCache: Readonly<Record<string, number>> = {
  'cache.t3.micro': 0.017,
  'cache.t3.small': 0.034,
  'cache.t3.medium': 0.068,
  'cache.t4g.micro': 0.016,
  'cache.t4g.small': 0.032,
  'cache.t4g.medium': 0.065,
  'cache.m5.large': 0.156,
  'cache.m6g.large': 0.149,
  'cache.r5.large': 0.216,
  'cache.r6g.large': 0.206,
}

/** Of the price of a Redis node. */
export const valkeyShare = 0.8

/** By the hour and node. */
export const openSearch: Readonly<Record<string, number>> = {
  't3.small.search': 0.036,
  't3.medium.search': 0.073,
  'm6g.large.search': 0.128,
  'r6g.large.search': 0.167,
}

/** By the GB and month. */
export const openSearchStorage: Readonly<Record<string, number>> = { gp2: 0.135, gp3: 0.122 }

export const natGateway = { hour: 0.045, gigabyte: 0.045 } as const
export const loadBalancer = { hour: 0.0225, capacityUnitHour: 0.008 } as const
/** By the hour, used or not. */
export const publicAddress = 0.005
/** By the hour and zone. */
export const interfaceEndpoint = 0.01
/** By the GB out to the internet. */
export const dataTransferOut = 0.09
/** By the GB out of CloudFront in North America and Europe. */
export const edgeTransferOut = 0.085

/** By the GB and month. */
export const efsStandard = 0.3
export const ecrStorage = 0.1
export const s3Standard = 0.023

/** By the GB taken in. */
export const logIngestion = 0.5
/** By the month. */
export const alarm = 0.1
export const customMetric = 0.3
export const compositeAlarm = 0.5
export const dashboard = 3
export const hostedZone = 0.5
export const secret = 0.4
export const webAcl = { acl: 5, rule: 1, millionRequests: 0.6 } as const
