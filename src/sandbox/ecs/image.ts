import type { ContainerImage } from '@aws-sdk/client-ecs'
import { expireDue } from '../ecr/lifecycle.ts'
import { repositories } from '../ecr/repository.ts'
import type { ImageRow } from '../ecr/rows.ts'
import { images } from '../ecr/rows.ts'
import type { World } from '../world.ts'
import { findRevision } from './task-definition.ts'

/** How the containers of an image behave. Nothing is wrong with an image that has no row. */
export interface ImageBehaviour {
  /** Its container ends at once with this code, after writing `lines`. */
  readonly exits?: { readonly exitCode: number; readonly lines?: readonly string[] }
  /** Size in the registry, in MiB. 150 where it is not given. */
  readonly size?: number
  /** Seconds from the start of its container until it answers. */
  readonly boots?: number
  /** Seconds from SIGTERM until it has ended. */
  readonly stops?: number
  /** Fails the load balancer's health check: from `from` on (milliseconds since the epoch), `after` seconds after it was healthy. */
  readonly unhealthy?: { readonly from?: number; readonly after?: number }
  /** How a one-off task of it ends, and after how many seconds where that is not the usual time. */
  readonly task?: {
    readonly exitCode: number
    readonly lines?: readonly string[]
    readonly seconds?: number
  }
  /** How its containers answer requests. Shares from 0 to 1. */
  readonly answers?: {
    readonly errorShare?: number
    /** Of the connections, which no target accepts. */
    readonly refusedShare?: number
    /** Seconds; every percentile of it. */
    readonly responseTime?: number
  }
}

const behaviours = (world: World) => world.table<ImageBehaviour>('ecs/image-behaviour')

/** From now on containers of that image, named as in the task definition, behave so. */
export function behave(world: World, image: string, behaviour: ImageBehaviour): void {
  behaviours(world).set(image, behaviour)
}

/** True when the containers of any image have been told to do something else than to run. */
export function misbehaves(world: World): boolean {
  return behaviours(world).list().length > 0
}

export function behaviourOf(world: World, taskDefinitionArn: string): ImageBehaviour {
  return knownOf(world, taskDefinitionArn).find(known => known !== undefined) ?? {}
}

/** Of each container's image, in the order of the task definition. */
export function behavioursOf(world: World, taskDefinitionArn: string): ImageBehaviour[] {
  return knownOf(world, taskDefinitionArn).map(known => known ?? {})
}

function knownOf(world: World, taskDefinitionArn: string): (ImageBehaviour | undefined)[] {
  return imagesOf(world, taskDefinitionArn).map(image =>
    spellingsOf(world, image)
      .map(spelling => behaviours(world).get(spelling))
      .find(known => known !== undefined),
  )
}

/** An image named by digest is also known by its tags. */
function spellingsOf(world: World, image: string): string[] {
  const [repository = '', digest] = image.split('@')
  if (digest === undefined) return [image]
  const tagged = pushedIn(world).filter(row => row.digest === digest && row.tag !== undefined)
  return [image, ...tagged.map(({ tag }) => `${repository}:${tag}`)]
}

function pushedIn(world: World): ImageRow[] {
  for (const repository of repositories(world).list()) expireDue(world, repository)
  return images(world).list()
}

/** Why a task of this revision cannot stay up. */
export interface StartTrouble {
  readonly code: 'TaskFailedToStart' | 'EssentialContainerExited'
  readonly reason: string
  readonly exitCode?: number
  readonly lines?: readonly string[]
}

/** `pulled`: what the first tasks of the service revision have pulled, which all later ones pull again by its digest. */
export function startTrouble(
  world: World,
  taskDefinitionArn: string,
  pulled: readonly ContainerImage[] = [],
): StartTrouble | undefined {
  const [missing] = imagesMissing(world, taskDefinitionArn, pulled)
  if (missing !== undefined)
    return { code: 'TaskFailedToStart', reason: `CannotPullContainerError: ${missing}: not found` }
  const { exits } = behaviourOf(world, taskDefinitionArn)
  return exits && { code: 'EssentialContainerExited', reason: 'Essential container in task exited', ...exits }
}

/** The images of the task definition that should be in this account's registry and are not. */
function imagesMissing(world: World, taskDefinitionArn: string, pulled: readonly ContainerImage[]): string[] {
  return imagesOf(world, taskDefinitionArn)
    .map(image => {
      const digest = pulled.find(one => one.image === image)?.imageDigest
      return digest === undefined ? image : `${image.split(/@|:(?=[^/]*$)/)[0]}@${digest}`
    })
    .filter(image => image.startsWith(`${registryOf(world)}/`) && !inRegistry(world, image))
}

function inRegistry(world: World, image: string): ImageRow | undefined {
  const registry = registryOf(world)
  if (!image.startsWith(`${registry}/`)) return undefined
  const name = image.slice(registry.length + 1)
  const [, repositoryName, tag = 'latest', digest] = /^([^:@]*)(?::([^@]*))?(?:@(.*))?$/.exec(name) ?? []
  return pushedIn(world).find(
    row =>
      row.repositoryName === repositoryName &&
      (digest === undefined ? row.tag === tag : row.digest === digest),
  )
}

function registryOf({ account, region }: World): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`
}

/** What tasks of the revision pull, with the digest of each image that is in this account's registry. */
export function imagesPulled(world: World, taskDefinitionArn: string): ContainerImage[] {
  const { containerDefinitions = [] } = findRevision(world, taskDefinitionArn) ?? {}
  return containerDefinitions.map(({ name, image = '' }) => {
    const imageDigest = image.split('@')[1] ?? inRegistry(world, image)?.digest
    return { containerName: name, image, ...(imageDigest === undefined ? {} : { imageDigest }) }
  })
}

function imagesOf(world: World, taskDefinitionArn: string): string[] {
  const { containerDefinitions = [] } = findRevision(world, taskDefinitionArn) ?? {}
  return containerDefinitions.map(({ image = '' }) => image)
}
