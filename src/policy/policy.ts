import type { Resource } from '../resources/resource.ts'
import type { Entry, Recorded } from '../state/entry.ts'
import type { Place } from '../state/place.ts'
import type { PolicyCommand } from './commands.ts'
import type { PolicyDocument } from './documents.ts'
import { documentsOf } from './documents.ts'
import type { Power, Scope } from './grants.ts'
import { arnsOf } from './arns.ts'
import { grantsFor, serviceRole } from './grants.ts'
import { dailyGrants, doctorGrants } from './daily-grants.ts'
import { importedGrants } from './imported-grants.ts'
import { ledgerGrants, tableGrants } from './ledger-grants.ts'
import { pruneGrants } from './prune-grants.ts'
import { imageMarks, releaseGrants, releaseReads, restartGrants } from './release-grants.ts'
import type { Grant } from './statement.ts'
import { merged } from './statement.ts'

export interface PolicyWish {
  readonly command: PolicyCommand
  readonly stack: string
  readonly partition: string
  readonly region: string
  /** `*` where nobody knows it yet. */
  readonly account: string
  readonly desired: readonly Resource[]
  /** Of the ledger: what the config no longer names is still to be read, and to be removed. */
  readonly entries: readonly Entry[]
  readonly place: Place
  /** A service has a release command: `up` starts it by a release. */
  readonly releases?: boolean
  /** ARNs of the topics that are told of releases. */
  readonly topics?: readonly string[]
}

interface Needs {
  /** The table of the ledger is made, and read and written by nobody yet. */
  readonly makesTable?: true
  /** For each type of the stack; none where the command does not read the whole of it. */
  readonly powers: readonly Power[]
  readonly writesLedger?: true
  readonly passesRoles?: true
  readonly more?: (scope: Scope) => readonly Grant[]
}

const looking: Needs = { powers: ['read'] }

const needs: Record<PolicyCommand, Needs> = {
  plan: { powers: ['read', 'blockers'] },
  status: looking,
  outputs: looking,
  docs: looking,
  cost: looking,
  doctor: { powers: ['read'], more: doctorGrants },
  // To accept it; what repairs it is what `up` does.
  drift: { powers: ['read'], writesLedger: true },
  up: { powers: ['read', 'blockers', 'create', 'delete'], writesLedger: true, passesRoles: true },
  rollout: { powers: ['read'], writesLedger: true, passesRoles: true, more: releaseGrants },
  'rollout status': { powers: ['read'], more: releaseReads },
  'rollout history': { powers: ['read'], more: releaseReads },
  restart: { powers: [], writesLedger: true, passesRoles: true, more: restartGrants },
  teardown: { powers: ['read', 'blockers', 'delete'], writesLedger: true },
  logs: { powers: [], more: dailyGrants.logs },
  run: { powers: [], passesRoles: true, more: dailyGrants.run },
  secret: { powers: [], more: dailyGrants.secret },
  snapshot: { powers: [], more: dailyGrants.snapshot },
  // The next `up` changes what is imported; this command only looks at it.
  import: { powers: ['read'], writesLedger: true },
  'ledger init': { powers: [], makesTable: true },
  'ledger show': { powers: [] },
  'ledger history': { powers: [] },
  'ledger migrate': { powers: [], writesLedger: true },
  'ledger rebuild': { powers: ['read'], writesLedger: true },
  'ledger unlock': { powers: [], writesLedger: true },
  prune: { powers: [], writesLedger: true, more: pruneGrants },
}

/** What every command asks: who it is. */
const everyone: Grant = { purpose: 'Read', actions: ['sts:GetCallerIdentity'], resources: ['*'] }

/** What reads a whole stack asks as well: where it is, and what carries its tags. */
const everywhere: Grant = {
  purpose: 'Read',
  actions: ['ec2:DescribeAvailabilityZones', 'ec2:DescribeTags', 'tag:GetResources'],
  resources: ['*'],
}

/**
 * The least that a command needs in IAM for one stack, as policy documents that each fit a managed policy. Pure: the same
 * wish gives the same text.
 */
export function policyFor(wish: PolicyWish): PolicyDocument[] {
  const { command, desired, entries, place, releases = false } = wish
  const types = [...new Set([...desired, ...entries].map(({ type }) => type))].toSorted()
  const scope: Scope = {
    ...wish,
    namesOf: type => namesIn(wish, type),
    has: type => types.includes(type),
  }
  const { powers, makesTable, writesLedger = false, passesRoles, more } = needs[command]
  return documentsOf(
    merged([
      everyone,
      ...(powers.length > 0 ? [everywhere] : []),
      ...ledgerGrants(place, writesLedger, scope),
      ...(makesTable ? tableGrants(place, scope) : []),
      ...types.flatMap(type => grantsFor(type, powers, scope)),
      ...(powers.includes('create')
        ? [
            ...serviceRoles(wish, scope),
            ...importedGrants(entries, desired, scope),
            // `up` marks the images that services run, which another environment may have built.
            ...(scope.has('ecr/repository') ? [imageMarks(scope)] : []),
          ]
        : []),
      ...(more?.(scope) ?? []),
      ...(command === 'up' && releases ? releaseGrants(scope) : []),
      ...(passesRoles ? passRole(wish, scope) : []),
    ]),
  )
}

/**
 * The physical names of a type, without doubles. What has none in the config carries it as a tag in the ledger; what a
 * replacement has left to be deleted, among its attributes.
 */
function namesIn({ desired, entries }: PolicyWish, type: string): string[] {
  const wished = desired.flatMap(resource => (resource.type === type ? (resource.name ?? []) : []))
  const recorded = entries.filter(entry => entry.type === type)
  const tagged = recorded.flatMap(entry => ('tags' in entry ? (entry.tags['Name'] ?? []) : []))
  const left = recorded.flatMap(({ deposed }) => deposed.flatMap(({ attributes }) => namesAmong(attributes)))
  return [...new Set([...wished, ...tagged, ...left])].toSorted()
}

function namesAmong(attributes: Recorded): string[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    /(bucket|family|groupId|identifier|name)$/i.test(key) && typeof value === 'string' ? value : [],
  )
}

/** The stack's own roles, handed to exactly those services that may take them. */
function passRole({ desired }: PolicyWish, scope: Scope): Grant[] {
  const roles = desired.filter(({ type }) => type === 'iam/role')
  if (roles.length === 0) return []
  const services = new Set(roles.flatMap(({ props }) => principalsIn(props['assumeRolePolicy'])))
  const names = roles.flatMap(({ name }) => name ?? [])
  return [
    {
      purpose: 'PassRole',
      actions: ['iam:PassRole'],
      resources: arnsOf('iam::{account}:role/{name}', names, scope),
      condition: { StringEquals: { 'iam:PassedToService': [...services].toSorted() } },
    },
  ]
}

/** Roles that the stack itself has AWS make before their first use. */
function serviceRoles({ desired }: PolicyWish, scope: Scope): Grant[] {
  return desired
    .filter(({ type }) => type === 'iam/service-linked-role')
    .map(({ props }) => serviceRole(String(props['serviceName']), scope))
}

/** The services that a trust policy names. */
function principalsIn(document: unknown): string[] {
  const { Statement = [] } = (document ?? {}) as {
    Statement?: readonly { Principal?: { Service?: string | readonly string[] } }[]
  }
  return Statement.flatMap(({ Principal }) => Principal?.Service ?? [])
}
