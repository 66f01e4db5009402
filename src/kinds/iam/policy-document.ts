import { sorted } from '../../resources/json.ts'
import type { Json } from '../../resources/json.ts'
import { isUnknown } from '../../resources/reference.ts'

export interface PolicyDocument {
  readonly [key: string]: Json | undefined
}

/**
 * One spelling for all that IAM holds to be the same: `Statement` as a list, a list of one value as that value, longer
 * lists of values sorted.
 */
export function canonicalPolicy(document: PolicyDocument): PolicyDocument {
  if (isUnknown(document)) return document
  const statements = document['Statement']
  const list = Array.isArray(statements) || statements === undefined ? statements : [statements]
  return canonicalMember({ ...document, ...(list ? { Statement: list } : {}) }) as PolicyDocument
}

/** The document out of an answer: IAM encodes it as for a URL. */
export function parsePolicy(encoded: string | undefined): PolicyDocument {
  return canonicalPolicy(JSON.parse(decodeURIComponent(encoded ?? '%7B%7D')) as PolicyDocument)
}

function canonicalMember(value: Json | undefined): Json | undefined {
  if (isUnknown(value)) return value
  if (isList(value)) {
    const members = value.map(member => canonicalMember(member) as Json)
    if (!members.every(isScalar)) return members
    return members.length === 1 ? members[0] : sorted(members)
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, canonicalMember(member)]))
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isScalar(value: Json): boolean {
  return value === null || typeof value !== 'object' || isUnknown(value)
}
