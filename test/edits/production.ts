import { loadConfig } from '../../src/config/load.ts'
import type { StackConfig } from '../../src/config/schema/stack.ts'
import { ProvisionError } from '../../src/errors.ts'
import { rows } from '../../src/sandbox/elbv2/rows.ts'
import type { World } from '../../src/sandbox/world.ts'
import type { ClientRequest } from '../support/client.ts'
import { fits } from '../support/client.ts'
import { memoryFiles } from '../support/memory-files.ts'
import type { Document } from './document.ts'
import { textOf } from './document.ts'

/** The config of a document, defaults filled in; undefined where it is not valid. */
export async function configOf(document: Document): Promise<StackConfig | undefined> {
  const files = memoryFiles({ '/project/provision.yaml': textOf(document) })
  try {
    return (await loadConfig({ files, cwd: '/project' })).config
  } catch (error) {
    if (error instanceof ProvisionError) return undefined
    throw error
  }
}

/** The services that a config sends this path to: the first is the one that gets it. */
function serversOf({ services }: StackConfig, path: string): string[] {
  return Object.entries(services)
    .filter(([, { paths = [] }]) => paths.some(pattern => fits(pattern, path)))
    .map(([name]) => name)
}

/** A path for each pattern: `/api/x` for `/api/*`. */
function pathsOf({ services }: StackConfig): string[] {
  return Object.values(services).flatMap(({ paths = [] }) =>
    paths.map(pattern => pattern.replaceAll('*', 'x').replaceAll('?', 'x')),
  )
}

/** Somebody who wanted no tasks gets no answers. */
function serves(config: StackConfig, path: string): boolean {
  const servers = serversOf(config, path).map(name => config.services[name]!)
  return (
    servers.length > 0 && servers.every(({ desiredCount, scaling }) => desiredCount > 0 && scaling?.min !== 0)
  )
}

function portsOf({ loadBalancer, domain, existing }: StackConfig): number[] {
  const secure = existing.certificate !== undefined || (domain !== undefined && domain.certificate !== false)
  const open = loadBalancer.openPorts ?? [80, 443]
  return [80, ...(secure ? [443] : [])].filter(port => open.includes(port))
}

function hostsOf({ domain }: StackConfig): string[] {
  return domain ? [domain.name, ...domain.aliases.map(alias => `${alias}.${domain.name}`)] : []
}

/**
 * What clients ask for before, during and after a change: each host, port and path that both configs serve. Without a
 * domain they know the name that the load balancer has now.
 */
export function productionRequests(world: World, before: StackConfig, after: StackConfig): ClientRequest[] {
  const paths = [...new Set([...pathsOf(before), ...pathsOf(after)])].filter(
    path => serves(before, path) && serves(after, path),
  )
  const ports = portsOf(before).filter(port => portsOf(after).includes(port))
  const shared = hostsOf(before).filter(host => hostsOf(after).includes(host))
  const [first] = rows(world, 'loadBalancer').list()
  const hosts = before.domain && after.domain ? shared : first ? [first.dnsName] : []
  return hosts.flatMap(host => ports.flatMap(port => paths.map(path => ({ host, port, path }))))
}

/** The services that get a path, before or after. */
export function serversOfBoth(before: StackConfig, after: StackConfig, path: string): ReadonlySet<string> {
  return new Set([...serversOf(before, path), ...serversOf(after, path)])
}
