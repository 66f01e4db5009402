import { policy } from '../../src/commands/policy.ts'
import type { PolicyCommand } from '../../src/policy/commands.ts'
import { policyCommands } from '../../src/policy/commands.ts'
import type { PolicyDocument } from '../../src/policy/documents.ts'
import type { Life } from './life.ts'
import { liveWith } from './life.ts'

/** Every example, in each of its environments. */
export const examplePairs = [
  ['minimal', undefined],
  ['apranova', undefined],
  ['ec2-ecs-s3', undefined],
  ['ecs-on-ec2', undefined],
  ['fargate-observability', undefined],
  ['portfolio', 'dev'],
  ['portfolio', 'prod'],
  ['uploads', undefined],
  ['blue-green', undefined],
  ['replicated', 'dev'],
  ['replicated', 'prod'],
] as const

export interface PrintedPolicy {
  /** `portfolio/prod up`. */
  readonly of: string
  readonly command: PolicyCommand
  readonly stack: string
  readonly documents: readonly PolicyDocument[]
}

/** What `provision policy` prints for a command. */
export async function printedFor(life: Life, command: string): Promise<PolicyDocument[]> {
  const { code, out, error } = await life.type((options, context) => policy(command, options, context))
  if (code !== 0) throw error ?? new Error(`policy ${command} ended with ${code}`)
  return [JSON.parse(out) as PolicyDocument].flat()
}

const printedOf = new Map<string, Promise<PrintedPolicy[]>>()

/** The policies of every command for one example in an account that is known, with the ledger in a table. */
export function policiesOf(example: string, environment = ''): Promise<PrintedPolicy[]> {
  const key = `${example} ${environment}`
  const printed = printedOf.get(key) ?? printAll(example, environment || undefined)
  printedOf.set(key, printed)
  return printed
}

async function printAll(example: string, environment: string | undefined): Promise<PrintedPolicy[]> {
  const life = liveWith(example, environment)
  life.keepLedgerAt('dynamodb:ledgers')
  life.edit('stack: ', "account: '123456789012'\nstack: ")
  const [, stack = ''] = /^stack: (.+)$/m.exec(life.file('/work/provision.yaml')!)!
  const printed: PrintedPolicy[] = []
  for (const command of policyCommands)
    printed.push({
      of: `${example}${environment === undefined ? '' : `/${environment}`} ${command}`,
      command,
      stack,
      documents: await printedFor(life, command),
    })
  return printed
}
