import { DepGraph } from 'dependency-graph'
import { suggestion } from '../findings.ts'
import type { Finding } from '../problems.ts'
import type { ServiceConfig, StackConfig } from '../schema/stack.ts'
import { takesTheRest } from '../uses.ts'
import { healthCheckFindings, stickinessFindings } from './health-checks.ts'
import { retentionFindings } from './retention.ts'

/** Each service by itself: its image, its size, its port, its log. */
export function serviceRules(config: StackConfig): Finding[] {
  return Object.entries(config.services).flatMap(([name, service]) =>
    [
      ...imageFindings(service, Object.keys(config.repositories)),
      ...sizeFindings(service),
      ...portFindings(service),
      ...healthCheckFindings(service),
      ...stickinessFindings(service),
      ...retentionFindings(service.logRetentionDays, ['logRetentionDays']),
    ].map(finding => ({ ...finding, path: ['services', name, ...finding.path] })),
  )
}

function imageFindings({ image, repository }: ServiceConfig, repositories: readonly string[]): Finding[] {
  if (image !== undefined && repository !== undefined)
    return [
      {
        path: ['image'],
        message: 'cannot stand beside `repository`',
        fix: 'Remove one of them.',
        atKey: true,
      },
    ]
  if (image === undefined && repository === undefined)
    return [{ path: [], message: 'has no image', fix: 'Add `image` or `repository`.', atKey: true }]
  if (repository !== undefined && !repositories.includes(repository))
    return [
      {
        path: ['repository'],
        message: `there is no repository "${repository}"`,
        fix: suggestion(repository, repositories) ?? `Add "${repository}" under \`repositories\`.`,
      },
    ]
  return []
}

/** Sizes that ECS takes on that capacity. */
export function sizeFindings({
  cpu,
  memory,
  capacity,
}: Pick<ServiceConfig, 'cpu' | 'memory' | 'capacity'>): Finding[] {
  if (capacity === 'ec2') return smallFindings(cpu, memory)
  const size = fargate.get(cpu)
  if (!size)
    return [
      {
        path: ['cpu'],
        message: `Fargate has no ${cpu} CPU units`,
        fix: `Use one of ${[...fargate.keys()].join(', ')}.`,
      },
    ]
  const allowed = memoriesOf(size)
  if (allowed.includes(memory)) return []
  return [
    {
      path: ['memory'],
      message: `Fargate does not pair ${cpu} CPU units with ${memory} MiB`,
      fix:
        allowed.length <= 4
          ? `Use one of ${allowed.join(', ')}.`
          : `Use ${size.from} to ${size.to} in steps of ${size.step}.`,
    },
  ]
}

/** On instances any size will do that one of them has room for. */
function smallFindings(cpu: number, memory: number): Finding[] {
  return [
    ...(cpu < 128
      ? [{ path: ['cpu'], message: 'ECS takes no less than 128 CPU units', fix: 'Use 128 or more.' }]
      : []),
    ...(memory < 4
      ? [{ path: ['memory'], message: 'a container needs 4 MiB at least', fix: 'Use 4 or more.' }]
      : []),
  ]
}

interface Memory {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** MiB that Fargate takes for each number of CPU units. */
const fargate: ReadonlyMap<number, Memory> = new Map([
  [256, { from: 512, to: 2048, step: 1024 }],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16_384, step: 1024 }],
  [4096, { from: 8192, to: 30_720, step: 1024 }],
  [8192, { from: 16_384, to: 61_440, step: 4096 }],
  [16_384, { from: 32_768, to: 122_880, step: 8192 }],
])

function memoriesOf({ from, to, step }: Memory): number[] {
  // The smallest task is the one exception to even steps: 512, 1024, 2048.
  if (from === 512) return [512, 1024, 2048]
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)
}

function portFindings({ paths, port }: ServiceConfig): Finding[] {
  return paths && port === undefined
    ? [
        {
          path: [],
          message: 'has paths but no port',
          fix: 'Add `port`, the one its container listens on.',
          atKey: true,
        },
      ]
    : []
}

/** Services share one listener: no path, priority or default can be taken twice. */
export function pathRules({ services }: StackConfig): Finding[] {
  const paths = new Map<string, string>()
  const priorities = new Map<number, string>()
  let theRest: string | undefined
  return Object.entries(services).flatMap(([service, config], index) => {
    const path = ['services', service]
    const findings: Finding[] = []
    if (!config.paths) return findings
    if (takesTheRest(config)) {
      if (theRest)
        findings.push({
          path: [...path, 'paths'],
          message: `${theRest} already takes all other paths`,
          fix: 'Give one of the two services paths of its own.',
        })
      theRest ??= service
      return findings
    }
    // A rule takes five values in all.
    if (config.paths.length > 5)
      findings.push({
        path: [...path, 'paths'],
        message: 'has more than the five paths that a listener rule takes',
        fix: 'Use wider patterns, e.g. /api/*.',
      })
    config.paths.forEach((pattern, position) => {
      const taken = paths.get(pattern)
      if (taken)
        findings.push({
          path: [...path, 'paths', position],
          message: `${pattern} already goes to ${taken}`,
          fix: 'Remove it from one of the two.',
        })
      paths.set(pattern, service)
    })
    const priority = config.priority ?? (index + 1) * 10
    const holder = priorities.get(priority)
    if (holder)
      findings.push({
        path: [...path, 'priority'],
        message: `${priority} is already the priority of ${holder}`,
        fix: 'Use another number.',
      })
    priorities.set(priority, service)
    return findings
  })
}

/** `after` names services, and never in a circle. */
export function afterRules({ services }: StackConfig): Finding[] {
  const names = Object.keys(services)
  const graph = new DepGraph<void>({ circular: true })
  for (const name of names) graph.addNode(name)
  const unknown = Object.entries(services).flatMap(([name, { after }]) =>
    after.flatMap((other, index): Finding[] => {
      if (graph.hasNode(other)) {
        graph.addDependency(name, other)
        return []
      }
      return [
        {
          path: ['services', name, 'after', index],
          message: `there is no service "${other}"`,
          fix: suggestion(other, names) ?? `Use one of ${names.join(', ')}.`,
        },
      ]
    }),
  )
  const circular = names
    .filter(name => services[name]!.after.some(other => other === name || reaches(graph, other, name)))
    .slice(0, 1)
    .map(name => ({
      path: ['services', name, 'after'],
      message: `${name} would wait for itself`,
      fix: 'Take one service out of the circle.',
    }))
  return [...unknown, ...circular]
}

function reaches(graph: DepGraph<void>, from: string, to: string): boolean {
  return graph.hasNode(from) && graph.dependenciesOf(from).includes(to)
}
