import type { Inventory, Item } from '../plan/inventory.ts'
import type { Charge } from './charge.ts'
import { hours, months } from './charge.ts'
import * as prices from './prices.ts'
import { hoursPerMonth } from './prices.ts'

export function databaseCharges(item: Item): Charge[] {
  // With a secret of its own the password is charged there.
  const managed = item.props['passwordSecretArn'] === undefined
  return [
    ...instanceAndStorage(item.props),
    ...(managed ? [months('Other', "secret of the master user's password", 1, prices.secret)] : []),
  ]
}

/** A replica has the engine and the storage of the instance it follows. */
export function replicaCharges({ props }: Item, inventory: Inventory): Charge[] {
  const source = inventory.named(props['sourceIdentifier'])?.props ?? {}
  return instanceAndStorage({ ...source, ...props, multiAz: false })
}

function instanceAndStorage({ instanceClass, engine, multiAz, ...props }: Item['props']): Charge[] {
  const storageType = String(props['storageType'] ?? 'gp2')
  const copies = multiAz === true ? 2 : 1
  const table = prices.rds[engine === 'postgres' ? 'postgres' : 'mysql']
  return [
    hours(
      'Data',
      `${String(instanceClass)} ${String(engine)}${copies === 2 ? ', in two zones' : ''}`,
      copies,
      table[String(instanceClass)],
    ),
    {
      group: 'Data',
      what: `storage ${storageType}`,
      quantity: Number(props['allocatedStorage']) * copies,
      unit: 'GB-months',
      price: prices.rdsStorage[storageType],
    },
  ]
}

/** By the vCPUs of the instance that its target names. */
export function proxyCharges({ address }: Item, inventory: Inventory): Charge[] {
  const target = inventory.at(`${address}-target`)
  const instance = inventory.named(target?.props['instanceIdentifier'])?.props ?? {}
  const size = String(instance['instanceClass']).split('.').at(-1)!
  const vcpus = prices.rdsVcpus[size] ?? 2
  return [
    {
      group: 'Data',
      what: `proxy of ${vcpus} vCPU`,
      quantity: vcpus * hoursPerMonth,
      unit: 'vCPU-hours',
      price: prices.rdsProxy,
    },
  ]
}

export function cacheCharges({ props }: Item): Charge[] {
  const type = String(props['nodeType'])
  const redis = prices.elastiCache[type]
  const share = props['engine'] === 'valkey' ? prices.valkeyShare : 1
  const price = redis === undefined ? undefined : redis * share
  return [hours('Data', `${type} ${String(props['engine'])}`, Number(props['numCacheClusters']), price)]
}

export function searchCharges({ props }: Item): Charge[] {
  const type = String(props['instanceType'])
  const volumeType = String(props['volumeType'])
  const nodes = Number(props['instanceCount'])
  return [
    hours('Data', type, nodes, prices.openSearch[type]),
    {
      group: 'Data',
      what: `storage ${volumeType}`,
      quantity: nodes * Number(props['volumeSize']),
      unit: 'GB-months',
      price: prices.openSearchStorage[volumeType],
    },
  ]
}
