import { isBlock } from '../addresses.ts'
import { suggestion } from '../findings.ts'
import type { Finding } from '../problems.ts'
import type { InstanceConfig } from '../schema/instance.ts'
import type { StackConfig } from '../schema/stack.ts'
import { subnetsOf } from '../subnets.ts'

/** What EC2 takes, besides the script. */
const mostUserData = 16_384

/** Room for the lines that hand over variables. */
const roomForVariables = 2048

/** EC2 instances that AWS would take, in subnets that there are. */
export function instanceRules(config: StackConfig): Finding[] {
  return Object.entries(config.instances).flatMap(([name, instance]) =>
    [
      ...placeFindings(instance, config),
      ...portFindings(instance),
      ...scriptFindings(instance),
      ...useFindings(instance, config),
    ].map(finding => ({ ...finding, path: ['instances', name, ...finding.path] })),
  )
}

function placeFindings({ access, zone }: InstanceConfig, config: StackConfig): Finding[] {
  const { zones } = config.network
  const findings: Finding[] = []
  if (access === 'private' && subnetsOf(config)?.privateSubnets.length === 0)
    findings.push({
      path: ['access'],
      message: 'there are no private subnets',
      fix: 'Use public, or add network.privateSubnets.',
    })
  if (zone !== undefined && !zones?.includes(zone))
    findings.push({
      path: ['zone'],
      message: zones ? `${zone} is not among network.zones` : 'the stack does not say its zones',
      fix: zones ? `Use one of ${zones.join(', ')}.` : `Add network.zones, ${zone} among them.`,
    })
  return findings
}

function portFindings({ ports }: InstanceConfig): Finding[] {
  const seen = new Set<string>()
  return ports.flatMap((open, index): Finding[] => {
    const { port, cidr } = typeof open === 'number' ? { port: open, cidr: '0.0.0.0/0' } : open
    const path = ['ports', index]
    if (!isBlock(cidr))
      return [
        {
          path: [...path, 'cidr'],
          message: `"${cidr}" is not a CIDR block`,
          fix: 'Write it like 203.0.113.0/24, or 2001:db8::/32.',
        },
      ]
    const key = `${port} ${cidr}`
    if (seen.has(key)) return [{ path, message: 'stands twice', fix: 'Name it once.' }]
    seen.add(key)
    return []
  })
}

function scriptFindings({ userData, uses, environment }: InstanceConfig): Finding[] {
  if (userData === undefined) return []
  const path = ['userData']
  if (Buffer.byteLength(userData) > mostUserData - roomForVariables)
    return [
      {
        path,
        message: `is longer than the ${mostUserData - roomForVariables} bytes that fit`,
        fix: 'Let a short script fetch the rest, e.g. from a bucket in `uses`.',
      },
    ]
  const variables = uses.length + Object.keys(environment).length > 0
  return variables && !userData.startsWith('#!')
    ? [
        {
          path,
          message: 'is no shell script, which alone can take variables',
          fix: 'Begin it with "#!/bin/bash", or remove `uses` and `environment`.',
        },
      ]
    : []
}

function useFindings({ uses }: InstanceConfig, config: StackConfig): Finding[] {
  const { databases, caches, buckets, secrets, parameters, fileSystems } = config
  const usable = [databases, caches, buckets, secrets, parameters].flatMap(Object.keys)
  const seen = new Set<string>()
  return uses.flatMap((name, index): Finding[] => {
    const path = ['uses', index]
    if (name in fileSystems)
      return [
        {
          path,
          message: `an instance does not mount "${name}" by itself`,
          fix: 'Remove it, and mount it in userData.',
        },
      ]
    if (!usable.includes(name))
      return [
        {
          path,
          message: `there is nothing to use called "${name}"`,
          fix:
            suggestion(name, usable) ??
            (usable.length > 0 ? `Use one of ${usable.join(', ')}.` : 'Remove it.'),
        },
      ]
    if (seen.has(name)) return [{ path, message: `"${name}" stands twice`, fix: 'Name it once.' }]
    seen.add(name)
    return []
  })
}
