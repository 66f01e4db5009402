import type { AccessRequest } from '../../policy/evaluate.ts'
import type { World } from '../world.ts'

/** A call as its authorisation reads it. Members of the input are looked at by name, whatever their service calls them. */
export interface Call {
  readonly operation: string
  readonly input: Input
  readonly world: World
}

export interface Input {
  readonly [member: string]: unknown
}

/** How one service authorises its calls. ARNs of what does not exist yet end in `new`. */
export interface ServiceAccess {
  /** The ARN of what a member of the input names. Members that are not listed name nothing that IAM looks at. */
  readonly members?: Readonly<Record<string, (value: string, call: Call) => string>>
  /** By operation, in place of what `members` gives. */
  readonly at?: Readonly<Record<string, (call: Call) => readonly string[]>>
  /** By operation: what it creates, to which the tags of the request belong. */
  readonly created?: Readonly<Record<string, (call: Call) => readonly string[]>>
  /** The action that AWS asks for as well when a creation carries tags; by operation where types have their own. */
  readonly tagging?: string | Readonly<Record<string, string>>
  /** By operation: what AWS does or checks in the caller's name besides. */
  readonly besides?: Readonly<Record<string, (call: Call) => readonly AccessRequest[]>>
  /** Condition keys of the service itself, with what the request has for them. */
  readonly values?: (call: Call) => Readonly<Record<string, string>>
  /** The tags of a request belong to what it creates alone, not to what it names besides. */
  readonly tagsOfCreatedOnly?: true
}

/** A string member of the input; empty where it is not there. */
export function text(input: Input, member: string): string {
  const value = input[member]
  return typeof value === 'string' ? value : ''
}

/** The strings of a member that is one or a list of them. */
export function texts(input: Input, member: string): string[] {
  return [input[member]].flat().filter(value => typeof value === 'string')
}

/** The structures of a member that is one or a list of them. */
export function inputs(input: Input, member: string): Input[] {
  return [input[member]].flat().filter(value => typeof value === 'object' && value !== null) as Input[]
}

/** Handing a role to a service. */
export function passing(role: string, service: string): AccessRequest[] {
  return role === ''
    ? []
    : [{ action: 'iam:PassRole', resource: role, values: { 'iam:PassedToService': service } }]
}

/** A member that is an ARN itself. */
export const itself = (value: string): string => value

/** A member that is a name, or an ARN already. */
export function named(service: string, type: string) {
  return (value: string, { world }: Call): string =>
    value.startsWith('arn:') ? value : world.arn(service, `${type}${value}`)
}
