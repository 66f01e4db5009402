import { awsFault } from '../fault.ts'

/** IAM takes a document whole or not at all; `complaint` depends on what it is for. */
export function assertPolicy(document: string | undefined, complaint: string): void {
  if (!isObjectText(document ?? ''))
    throw awsFault('MalformedPolicyDocumentException', complaint, { code: 'MalformedPolicyDocument' })
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'Statement' in value
  } catch {
    return false
  }
}
