import { usesOf } from '../config/uses.ts'
import type { Inventory, Item } from '../plan/inventory.ts'
import type { Branch, Section, Subject } from './paper.ts'
import { routesOf } from './traffic.ts'

export function dependencies({ inventory, config }: Subject): Section {
  const routes = routesOf(inventory)
  const services = Object.entries(config.services).map(([name, service]): Branch => {
    const item = inventory.at(`services/${name}`)
    const task = inventory.at(`services/${name}.task`)
    const paths = routes
      .filter(({ services: to, header }) => item && to.includes(item) && header === undefined)
      .flatMap(({ matches }) => matches)
    const uses = usesOf(service).map(use => {
      const used = dataNamed(use.name, inventory)
      const mounted = use.mountPath === undefined ? '' : ` at ${use.mountPath}`
      return used ? `${used.label} ${used.name}${mounted}` : use.name
    })
    const image = service.repository === undefined ? service.image : `${service.repository}:${service.tag}`
    return branch(`Service ${name}`, [
      ...service.after.map(other => `starts after ${other}`),
      ...uses.map(use => `uses ${use}`),
      ...(paths.length > 0 ? [`gets ${paths.join(', ')} from the load balancer`] : []),
      `runs ${image ?? 'an image'} with ${service.cpu / 1024} vCPU and ${service.memory} MiB (${task?.name ?? name})`,
    ])
  })
  const users = [
    ...Object.entries(config.services).map(([name, service]) => ({
      name,
      uses: usesOf(service).map(use => use.name),
    })),
    ...Object.entries(config.instances).map(([name, { uses }]) => ({ name, uses: [...uses] })),
  ]
  const stores = dataItems(inventory).map((item): Branch => {
    const key = keyOf(item)
    const by = users.filter(({ uses }) => uses.includes(key)).map(({ name }) => name)
    return branch(`${item.label} ${item.name}`, [
      by.length === 0 ? 'used by nothing in this stack' : `used by ${by.join(', ')} only`,
    ])
  })
  return {
    id: 'dependencies',
    title: 'Service dependencies',
    blocks: [{ kind: 'tree', branches: [...services, ...stores] }],
  }
}

/** Databases, caches, file systems and buckets. */
export function dataItems(inventory: Inventory): Item[] {
  return inventory.ofType('rds/instance', 'elasticache/replication-group', 'efs/file-system', 's3/bucket')
}

/** What a `uses` of this name means. */
export function dataNamed(name: string, inventory: Inventory): Item | undefined {
  return dataItems(inventory).find(item => keyOf(item) === name)
}

function keyOf({ address }: Item): string {
  return address.split('/').at(-1)!
}

function branch(text: string, leaves: readonly string[]): Branch {
  return { text, branches: leaves.map(leaf => ({ text: leaf, branches: [] })) }
}
