import type { Permissions } from '../../aws/aws.ts'
import type { ServiceName } from '../../aws/services.ts'
import type { Evaluator } from '../../policy/evaluate.ts'
import { evaluatorOf } from '../../policy/evaluate.ts'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'
import { accessRequests } from './index.ts'

const evaluators = new WeakMap<object, Evaluator>()

/**
 * Refuses a call that the printed policy of the running command does not allow, with IAM's words. What AWS's services do
 * among themselves is not asked about.
 */
export function authorise(
  {
    service,
    operation,
    input,
  }: { readonly service: ServiceName; readonly operation: string; readonly input: unknown },
  world: World,
  { command, documents }: Permissions,
): void {
  const printed = documents()
  const allows = evaluators.get(printed) ?? evaluatorOf(printed)
  evaluators.set(printed, allows)
  for (const request of accessRequests(service, operation, input, world)) {
    if (allows(request)) continue
    const { action, resource } = request
    const isEc2 = service === 'ec2'
    const name = isEc2 ? 'UnauthorizedOperation' : 'AccessDeniedException'
    const prefix = isEc2 ? 'You are not authorized to perform this operation. ' : ''
    throw awsFault(
      name,
      `${prefix}User: ${world.arn('sts', 'assumed-role/provision/sandbox', { region: '' })} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action (the sandbox evaluates what provision policy ${command} prints: ${tableOf(command)})`,
      { status: 403 },
    )
  }
}

/** Where the permissions of a command come from. */
function tableOf(command: string): string {
  const [word = ''] = command.split(' ')
  if (word === 'rollout' || word === 'restart') return 'src/policy/release-grants.ts'
  if (['logs', 'run', 'secret', 'snapshot'].includes(word)) return 'src/policy/daily-grants.ts'
  if (word === 'ledger') return 'src/policy/ledger-grants.ts'
  return 'src/policy/*-actions.ts, by kind'
}
