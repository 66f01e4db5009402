import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'

interface LaunchTemplateRow {
  readonly id: string
  readonly name: string
  readonly token: string | undefined
  readonly created: number
  /** Version 1 first. AWS hardly looks into them: what is wrong shows when somebody launches from one. */
  readonly versions: RequestLaunchTemplateData[]
  default: number
}

const templates = (world: World) => world.table<LaunchTemplateRow>('ec2/launch-template')

/** What a launch by this version would use; undefined when there is no such version. */
export function launchDataOf(
  world: World,
  id: string | undefined,
  version: string | undefined,
): RequestLaunchTemplateData | undefined {
  const row = templates(world).get(id ?? '')
  if (!row || !world.visible(row.created)) return undefined
  return row.versions[numberOf(row, version ?? '$Default') - 1]
}

export const launchTemplateOperations = {
  createLaunchTemplate: (input, world) => {
    const { LaunchTemplateName: name = '', LaunchTemplateData = {}, ClientToken, TagSpecifications } = input
    const there = templates(world)
      .list()
      .find(row => row.name === name)
    if (there && ClientToken && there.token === ClientToken) return { LaunchTemplate: shown(there, world) }
    if (there)
      throw awsFault(
        'InvalidLaunchTemplateName.AlreadyExistsException',
        'Launch template name already in use.',
      )
    const id = world.id('lt-')
    tagNew(world, id, 'launch-template', TagSpecifications)
    const row = templates(world).set(id, {
      id,
      name,
      token: ClientToken,
      created: world.now(),
      versions: [LaunchTemplateData],
      default: 1,
    })
    return { LaunchTemplate: shown(row, world) }
  },

  describeLaunchTemplates: ({ LaunchTemplateIds, Filters }, world) => {
    for (const id of LaunchTemplateIds ?? []) templateOf(world, id)
    const rows = templates(world)
      .list()
      .filter(row => !LaunchTemplateIds || LaunchTemplateIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row => passes(world, row.id, Filters, { 'launch-template-name': row.name }))
    return { LaunchTemplates: rows.map(row => shown(row, world)) }
  },

  createLaunchTemplateVersion: ({ LaunchTemplateId, LaunchTemplateData = {} }, world) => {
    const row = templateOf(world, LaunchTemplateId)
    row.versions.push(LaunchTemplateData)
    return { LaunchTemplateVersion: { LaunchTemplateId: row.id, VersionNumber: row.versions.length } }
  },

  modifyLaunchTemplate: ({ LaunchTemplateId, DefaultVersion }, world) => {
    const row = templateOf(world, LaunchTemplateId)
    row.default = numberOf(row, DefaultVersion ?? '$Default')
    return { LaunchTemplate: shown(row, world) }
  },

  describeLaunchTemplateVersions: ({ LaunchTemplateId, Versions = ['$Default'] }, world) => {
    const row = templateOf(world, LaunchTemplateId)
    return {
      LaunchTemplateVersions: Versions.map(version => {
        const number = numberOf(row, version)
        return {
          LaunchTemplateId: row.id,
          LaunchTemplateName: row.name,
          VersionNumber: number,
          DefaultVersion: number === row.default,
          // What is answered has the members of what was asked for, as far as our kinds use them.
          LaunchTemplateData: row.versions[number - 1] as object,
        }
      }),
    }
  },

  deleteLaunchTemplate: ({ LaunchTemplateId }, world) => {
    const row = templateOf(world, LaunchTemplateId)
    templates(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function templateOf(world: World, id: string | undefined): LaunchTemplateRow {
  const row = templates(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    )
  return row
}

function numberOf(row: LaunchTemplateRow, version: string): number {
  if (version === '$Latest') return row.versions.length
  return version === '$Default' ? row.default : Number(version)
}

function shown(row: LaunchTemplateRow, world: World) {
  return {
    LaunchTemplateId: row.id,
    LaunchTemplateName: row.name,
    CreateTime: new Date(row.created),
    DefaultVersionNumber: row.default,
    LatestVersionNumber: row.versions.length,
    Tags: tagListOf(world, row.id),
  }
}
