import type { Statement } from './statement.ts'

/** A policy document, as IAM reads it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** Characters that IAM takes in one managed policy. White space does not count. */
export const longestPolicy = 6144

/** As long as a number after a Sid can be. */
const longestNumber = 3

/**
 * The statements in as few documents as IAM's limit allows, in their order as far as that is possible. A statement that is
 * too long for one document is cut by its resources, or else by its actions: both halves allow what the whole did. A Sid
 * that several statements would have is numbered: IAM refuses a document in which one occurs twice.
 */
export function documentsOf(statements: readonly Statement[]): PolicyDocument[] {
  const documents: Statement[][] = []
  for (const statement of numbered(statements.flatMap(fitting)).toSorted(
    (a, b) => sizeOf([b]) - sizeOf([a]),
  )) {
    const roomy = documents.find(document => sizeOf([...document, statement]) <= longestPolicy)
    if (roomy) roomy.push(statement)
    else documents.push([statement])
  }
  return documents.map(document)
}

/** The length that IAM counts. Names in a document hold no white space of their own. */
export function lengthOf(policy: PolicyDocument): number {
  return JSON.stringify(policy).length
}

function fitting(statement: Statement): Statement[] {
  if (sizeOf([statement]) <= longestPolicy - longestNumber) return [statement]
  const { Action, Resource } = statement
  const [first, second] = Resource.length > 1 ? halves(Resource) : [Resource, Resource]
  const [one, two] = Resource.length > 1 ? [Action, Action] : halves(Action)
  return [
    { ...statement, Action: one, Resource: first },
    { ...statement, Action: two, Resource: second },
  ].flatMap(fitting)
}

function numbered(statements: readonly Statement[]): Statement[] {
  const seen = new Map<string, number>()
  return statements.map(statement => {
    const { Sid } = statement
    const number = (seen.get(Sid) ?? 0) + 1
    seen.set(Sid, number)
    return number === 1 ? statement : { ...statement, Sid: `${Sid}${number}` }
  })
}

function halves(values: readonly string[]): [readonly string[], readonly string[]] {
  const middle = Math.ceil(values.length / 2)
  return [values.slice(0, middle), values.slice(middle)]
}

function document(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}

function sizeOf(statements: readonly Statement[]): number {
  return lengthOf(document(statements))
}
