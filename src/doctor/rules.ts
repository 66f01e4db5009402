import type { Check, Finding } from './finding.ts'
import { fail, ok } from './finding.ts'
import type { Quota } from './quota-limits.ts'
import { allowedText, limitOf, raiseHint } from './quota-limits.ts'
import type { Aws } from '../aws/aws.ts'

/** Code and usual value: "Amazon VPC quotas" in the Amazon VPC User Guide, read in November 2026. */
const perGroup: Quota = {
  name: 'rules per security group and direction',
  serviceCode: 'vpc',
  quotaCode: 'L-0EA8095F',
  usual: 60,
}

/** Code and usual value: "Quotas for your Application Load Balancers" in the ELB User Guide, read in November 2026. */
const perLoadBalancer: Quota = {
  name: 'rules per load balancer',
  serviceCode: 'elasticloadbalancing',
  quotaCode: 'L-7EED9B64',
  usual: 100,
}

/** No security group and no load balancer has more rules than AWS takes. */
export const rules: Check = async ({ situation: { desired }, context: { aws } }) => {
  const sizes = desired
    .filter(({ type }) => type === 'ec2/security-group')
    .flatMap(({ address, props }) =>
      [props['ingress'], props['egress']].map(list => ({
        address,
        size: Array.isArray(list) ? list.length : 0,
      })),
    )
  const [largest] = sizes.toSorted((a, b) => b.size - a.size)
  const listening = desired.filter(({ type }) => type === 'elbv2/rule').length
  const found = await Promise.all([
    largest && largest.size > 0
      ? finding(
          perGroup,
          largest.size,
          `${largest.address} has ${rulesText(largest.size)} in one direction`,
          aws,
        )
      : [],
    listening > 0
      ? finding(
          perLoadBalancer,
          listening,
          `the stack puts ${rulesText(listening)} on the load balancer`,
          aws,
        )
      : [],
  ])
  return found.flat()
}

async function finding(quota: Quota, size: number, what: string, aws: Aws): Promise<Finding[]> {
  const limit = await limitOf(quota, aws)
  const text = `${what}, ${allowedText(limit)}`
  return size > limit.value ? [fail('rules', text, raiseHint(quota, size))] : [ok('rules', text)]
}

function rulesText(count: number): string {
  return count === 1 ? '1 rule' : `${count} rules`
}
