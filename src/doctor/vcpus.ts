import type { Aws } from '../aws/aws.ts'
import { allPages } from '../aws/pages.ts'
import type { Decision } from '../plan/decision.ts'
import { isReference } from '../resources/reference.ts'
import type { Check, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'
import type { Quota } from './quota-limits.ts'
import { allowedText, limitOf, raiseHint } from './quota-limits.ts'

/**
 * AWS counts the vCPUs of what runs, the standard families together. Codes and usual values: "Amazon EC2 service quotas" in
 * the EC2 User Guide, read in November 2026; many new accounts are given more.
 */
const counted = {
  onDemand: {
    name: 'EC2 vCPUs on demand (standard families)',
    serviceCode: 'ec2',
    quotaCode: 'L-1216C47A',
    usual: 5,
  },
  spot: {
    name: 'EC2 vCPUs of Spot (standard families)',
    serviceCode: 'ec2',
    quotaCode: 'L-34B43A08',
    usual: 5,
  },
} satisfies Record<string, Quota>

type Market = keyof typeof counted

/** What the plan launches fits beside what runs in the account already. */
export const vcpus: Check = async ({ plan: { decisions }, context: { aws } }) => {
  const launches = decisions
    .flatMap(decision => launchesOf(decision, decisions))
    .filter(({ type, most }) => isStandard(type) && most > 0)
  if (launches.length === 0) return []
  const running = await standardInstances(aws)
  const sizes = await vcpusOf(
    [...launches, ...running].map(({ type }) => type),
    aws,
  )
  const found = await Promise.all(
    (['onDemand', 'spot'] as const).map(async market => {
      const mine = launches.filter(one => one.market === market)
      const used = sum(running.filter(one => one.market === market).map(({ type }) => sizes.get(type)))
      const [least, most] = (['least', 'most'] as const).map(count =>
        sum(mine.map(one => one[count] * (sizes.get(one.type) ?? 0))),
      )
      return mine.length === 0 ? [] : finding(counted[market], { least: least!, most: most!, used }, aws)
    }),
  )
  return found.flat()
}

async function finding(
  quota: Quota,
  { least, most, used }: { readonly least: number; readonly most: number; readonly used: number },
  aws: Aws,
): Promise<Finding[]> {
  const limit = await limitOf(quota, aws)
  const text = `${quota.name}: ${least} more beside ${used}, ${allowedText(limit)}`
  const hint = raiseHint(quota, used + most)
  if (used + least > limit.value) return [fail('quotas', text, hint)]
  return used + most > limit.value
    ? [warn('quotas', `${text}; ${most} once its groups have grown as far as they may`, hint)]
    : [ok('quotas', text)]
}

interface Launch {
  readonly type: string
  readonly market: Market
  /** Instances at once: at the smallest size and at the largest. */
  readonly least: number
  readonly most: number
}

function launchesOf({ type, action, resource }: Decision, all: readonly Decision[]): Launch[] {
  if (action !== 'create' || !resource) return []
  const { props } = resource
  if (type === 'ec2/instance')
    return [{ type: String(props['instanceType']), market: 'onDemand', least: 1, most: 1 }]
  if (type !== 'autoscaling/group') return []
  const template = props['launchTemplateId']
  const found = isReference(template) && all.find(({ address }) => address === template.reference)
  const instanceType = found ? String(found.resource?.props['instanceType']) : ''
  const least = sharesOf(Number(props['minSize']), props['mixedInstances'])
  const most = sharesOf(Number(props['maxSize']), props['mixedInstances'])
  return (['onDemand', 'spot'] as const).map(market => ({
    type: instanceType,
    market,
    least: least[market],
    most: most[market],
  }))
}

/** A part of an instance above the base is one on demand. */
function sharesOf(count: number, mixed: unknown): Record<Market, number> {
  const { onDemandBase = count, onDemandPercentage = 100 } = (mixed ?? {}) as {
    onDemandBase?: number
    onDemandPercentage?: number
  }
  const base = Math.min(count, onDemandBase)
  const onDemand = base + Math.ceil(((count - base) * onDemandPercentage) / 100)
  return { onDemand, spot: count - onDemand }
}

/** A, C, D, H, I, M, R, T and Z; accelerators and machines of their own kind begin with the same letters. */
function isStandard(type: string): boolean {
  return /^[acdhimrtz]/.test(type) && !/^(dl|hpc|inf|mac|trn)/.test(type)
}

async function standardInstances(aws: Aws): Promise<{ readonly type: string; readonly market: Market }[]> {
  const reservations = await allPages(NextToken =>
    aws.ec2
      .describeInstances({
        NextToken,
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
      })
      .then(page => ({ rows: page.Reservations, next: page.NextToken })),
  )
  return reservations
    .flatMap(({ Instances = [] }) => Instances)
    .map(({ InstanceType = '', InstanceLifecycle }) => ({
      type: String(InstanceType),
      market: InstanceLifecycle === 'spot' ? ('spot' as const) : ('onDemand' as const),
    }))
    .filter(({ type }) => isStandard(type))
}

async function vcpusOf(types: readonly string[], aws: Aws): Promise<ReadonlyMap<string, number>> {
  const Filters = [{ Name: 'instance-type', Values: [...new Set(types)] }]
  const found = await allPages(NextToken =>
    aws.ec2
      .describeInstanceTypes({ NextToken, Filters })
      .then(page => ({ rows: page.InstanceTypes, next: page.NextToken })),
  )
  return new Map(
    found.map(({ InstanceType = '', VCpuInfo }) => [String(InstanceType), VCpuInfo?.DefaultVCpus ?? 0]),
  )
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value = 0) => total + value, 0)
}
