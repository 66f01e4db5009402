import type { Aws } from '../aws/aws.ts'
import { allPages } from '../aws/pages.ts'
import { kindOf } from '../kinds/index.ts'
import type { Plan } from '../plan/decision.ts'
import type { Check, Examination, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'
import type { Quota } from './quota-limits.ts'
import { allowedText, limitOf, raiseHint } from './quota-limits.ts'

interface Counted extends Quota {
  /** The kind that counts against it. */
  readonly type: string
  /** How many the account has here now. */
  used(aws: Aws): Promise<number>
}

/**
 * Those that a new account meets first. Codes and usual values: the quota pages of the user guides of Amazon VPC, EC2,
 * Elastic Load Balancing and RDS, read in November 2026.
 */
const counted: readonly Counted[] = [
  {
    name: 'VPCs',
    type: 'ec2/vpc',
    serviceCode: 'vpc',
    quotaCode: 'L-F678F1CE',
    usual: 5,
    used: aws =>
      count(NextToken =>
        aws.ec2.describeVpcs({ NextToken }).then(page => ({ rows: page.Vpcs, next: page.NextToken })),
      ),
  },
  {
    name: 'Elastic IP addresses',
    type: 'ec2/elastic-ip',
    serviceCode: 'ec2',
    quotaCode: 'L-0263D0A3',
    usual: 5,
    used: async aws => (await aws.ec2.describeAddresses({})).Addresses?.length ?? 0,
  },
  {
    name: 'internet gateways',
    type: 'ec2/internet-gateway',
    serviceCode: 'vpc',
    quotaCode: 'L-A4707A72',
    usual: 5,
    used: aws =>
      count(NextToken =>
        aws.ec2
          .describeInternetGateways({ NextToken })
          .then(page => ({ rows: page.InternetGateways, next: page.NextToken })),
      ),
  },
  {
    name: 'Application Load Balancers',
    type: 'elbv2/load-balancer',
    serviceCode: 'elasticloadbalancing',
    quotaCode: 'L-53DA6B97',
    usual: 50,
    used: async aws => {
      const all = await allPages(Marker =>
        aws.elbv2
          .describeLoadBalancers({ Marker })
          .then(page => ({ rows: page.LoadBalancers, next: page.NextMarker })),
      )
      return all.filter(({ Type }) => Type === 'application').length
    },
  },
  {
    name: 'target groups',
    type: 'elbv2/target-group',
    serviceCode: 'elasticloadbalancing',
    quotaCode: 'L-B22855CB',
    usual: 3000,
    used: aws =>
      count(Marker =>
        aws.elbv2
          .describeTargetGroups({ Marker })
          .then(page => ({ rows: page.TargetGroups, next: page.NextMarker })),
      ),
  },
  {
    name: 'RDS instances',
    type: 'rds/instance',
    serviceCode: 'rds',
    quotaCode: 'L-7B6409FD',
    usual: 40,
    used: aws =>
      count(Marker =>
        aws.rds.describeDBInstances({ Marker }).then(page => ({ rows: page.DBInstances, next: page.Marker })),
      ),
  },
]

/** What the plan makes fits beside what the account has already; and so do the tasks. */
export const quotas: Check = async ({ config, plan, context: { aws } }) => {
  const found = await Promise.all([
    ...counted.map(quota => countedFinding(quota, plan, aws)),
    ...(['fargate', 'fargate-spot'] as const).map(capacity => vcpuFinding(capacity, config, aws)),
  ])
  return found.flat()
}

async function countedFinding(quota: Counted, plan: Plan, aws: Aws): Promise<Finding[]> {
  const needed = madeBy(plan, quota.type)
  if (needed === 0) return []
  const [limit, used] = await Promise.all([limitOf(quota, aws), quota.used(aws)])
  const text = `${quota.name}: ${needed} more beside ${used}, ${allowedText(limit)}`
  return used + needed > limit.value
    ? [fail('quotas', text, raiseHint(quota, used + needed))]
    : [ok('quotas', text)]
}

/** New ones, and replacements that stand beside the old for a while. */
function madeBy({ decisions }: Plan, type: string): number {
  return decisions.filter(
    decision =>
      decision.type === type &&
      (decision.action === 'create' ||
        (decision.action === 'replace' && kindOf(type).replacement === 'create-first')),
  ).length
}

/** Codes and usual values: "Amazon ECS endpoints and quotas" in the AWS General Reference, read in November 2026. */
const vcpuQuotas = {
  fargate: {
    name: 'Fargate vCPUs',
    serviceCode: 'fargate',
    quotaCode: 'L-3032A538',
    usual: 6,
  },
  'fargate-spot': {
    name: 'Fargate Spot vCPUs',
    serviceCode: 'fargate',
    quotaCode: 'L-36FBB829',
    usual: 6,
  },
} satisfies Record<string, Quota>

/** What other stacks run counts as well, and is not known here. */
async function vcpuFinding(
  capacity: keyof typeof vcpuQuotas,
  { services }: Examination['config'],
  aws: Aws,
): Promise<Finding[]> {
  const needed = Object.values(services)
    .filter(service => service.capacity === capacity)
    .reduce((sum, { cpu, desiredCount }) => sum + (cpu / 1024) * desiredCount, 0)
  if (needed === 0) return []
  const quota = vcpuQuotas[capacity]
  const limit = await limitOf(quota, aws)
  const text = `${quota.name}: ${needed} for this stack alone, ${allowedText(limit)}`
  if (needed > limit.value) return [fail('quotas', text, raiseHint(quota, Math.ceil(2 * needed)))]
  return 2 * needed > limit.value
    ? [
        warn(
          'quotas',
          `${text}; a release runs both versions at once`,
          raiseHint(quota, Math.ceil(2 * needed)),
        ),
      ]
    : [ok('quotas', text)]
}

function count<Row>(page: Parameters<typeof allPages<Row>>[0]): Promise<number> {
  return allPages(page).then(({ length }) => length)
}
