import type { World } from '../world.ts'
import { findRevision } from './task-definition.ts'

/** The images of the task definition that should be in this account's registry and are not. */
export function imagesMissing(world: World, taskDefinitionArn: string): string[] {
  const registry = `${world.account}.dkr.ecr.${world.region}.amazonaws.com`
  const pushed = world.table<{ readonly repositoryName: string; readonly tag: string }>('ecr/image').list()
  return (findRevision(world, taskDefinitionArn)?.containerDefinitions ?? [])
    .map(({ image = '' }) => image)
    .filter(image => {
      // A digest names content, not a tag: whoever knows it has pushed it.
      if (!image.startsWith(`${registry}/`) || image.includes('@')) return false
      const [repositoryName, tag = 'latest'] = image.slice(registry.length + 1).split(':')
      return !pushed.some(row => row.repositoryName === repositoryName && row.tag === tag)
    })
}
