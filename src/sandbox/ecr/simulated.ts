import type { ImageName } from '../../kinds/ecr/image.ts'
import type { World } from '../world.ts'
import { pushImage } from './image.ts'
import { repositories } from './repository.ts'
import { images } from './rows.ts'

/** Images whose repository does not exist yet. They belong to one command and are not saved. */
const expected = new WeakMap<World, readonly ImageName[]>()

/**
 * Pushes images that nobody has pushed, for both CPU architectures: now where the repository exists, and together with
 * its creation where this command creates it. Images that exist stay as they are.
 */
export function simulateImages(world: World, names: readonly ImageName[]): void {
  expected.set(world, names)
  for (const { name } of repositories(world).list()) pushExpected(world, name)
}

/** Called when a repository has been created. */
export function pushExpected(world: World, repository: string): void {
  for (const { repositoryName, tag } of expected.get(world) ?? [])
    if (repositoryName === repository && !images(world).get(`${repository}:${tag}`))
      pushImage(world, repository, tag, 'both')
}
