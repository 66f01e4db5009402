import type { Finding, Path } from '../problems.ts'
import type { AclRuleConfig } from '../schema/acl.ts'
import type { StackConfig } from '../schema/stack.ts'
import { isBlock } from '../addresses.ts'
import { subnetsOf } from '../subnets.ts'

/** AWS's twenty rules in each direction. */
const mostRules = 20

/** Network ACLs that AWS would take, and that guard something. */
export function aclRules(config: StackConfig): Finding[] {
  const { acls = {} } = config.network
  return (['public', 'private'] as const).flatMap(access => {
    const acl = acls[access]
    if (!acl) return []
    const path = ['network', 'acls', access]
    const subnets = subnetsOf(config)?.[`${access}Subnets`]
    const idle: Finding[] =
      subnets?.length === 0
        ? [{ path, message: `there are no ${access} subnets`, fix: `Remove ${access}.`, atKey: true }]
        : []
    return [
      ...idle,
      ...(['ingress', 'egress'] as const).flatMap(direction =>
        listFindings(acl[direction] ?? [], [...path, direction]),
      ),
    ]
  })
}

function listFindings(rules: readonly AclRuleConfig[], path: Path): Finding[] {
  const numbers = new Map<number, number>()
  const findings = rules.flatMap((rule, index) => {
    const number = rule.number ?? (index + 1) * 100
    const holder = numbers.get(number)
    numbers.set(number, holder ?? index)
    const taken: Finding[] =
      holder === undefined
        ? []
        : [
            {
              path: [...path, index],
              message: `has number ${number}, as ${direction(path)}[${holder}] has`,
              fix: 'Give it a number of its own.',
            },
          ]
    return [...taken, ...ruleFindings(rule, [...path, index])]
  })
  return rules.length > mostRules
    ? [
        { path, message: `has more than the ${mostRules} rules that AWS takes`, fix: 'Use wider rules.' },
        ...findings,
      ]
    : findings
}

function ruleFindings({ protocol, ports, cidr }: AclRuleConfig, path: Path): Finding[] {
  const findings: Finding[] = []
  const withPorts = protocol === 'tcp' || protocol === 'udp'
  if (withPorts && ports === undefined)
    findings.push({
      path,
      message: `has no ports, which ${protocol} needs`,
      fix: 'Add `ports`, e.g. 443 or "1024-65535".',
    })
  if (!withPorts && ports !== undefined)
    findings.push({
      path: [...path, 'ports'],
      message: `${protocol} has no ports`,
      fix: 'Remove them.',
      atKey: true,
    })
  const [from = 0, to = from] = String(ports ?? '')
    .split('-')
    .map(Number)
  if (from > to || to > 65_535)
    findings.push({
      path: [...path, 'ports'],
      message: `${ports} is not a range of ports`,
      fix: 'Write the lower port first, and none above 65535.',
    })
  if (!isBlock(cidr))
    findings.push({
      path: [...path, 'cidr'],
      message: `"${cidr}" is not a CIDR block`,
      fix: 'Write it like 10.0.0.0/16, or ::/0.',
    })
  return findings
}

function direction(path: Path): string {
  return String(path.at(-1))
}
