import { meaningOf } from '../aws/errors.ts'
import { owned } from '../aws/owned.ts'
import { safe } from '../events/style.ts'
import { endedAmong } from '../kinds/ec2/instance-rows.ts'
import { inactiveAmong } from '../kinds/ecs/inactive.ts'
import type { Plan } from '../plan/decision.ts'
import type { KindContext } from '../resources/kind.ts'
import type { StackOptions } from '../session.ts'
import { deletingData } from './checked-plan.ts'
import type { CommandContext } from './command.ts'
import { sameStack } from './same-stack.ts'

/** What still carries the stack's tags. */
export interface Swept {
  /** ARNs, in their order. */
  readonly left: readonly string[]
  /** us-east-1 was asked as well; `refused`: it may not be. */
  readonly usEast1: 'not needed' | 'asked' | 'refused'
}

/** What is left of the stack, save what this run has seen to be gone: AWS goes on listing that for a while. */
export async function sweep(
  { aws, region }: KindContext,
  { identity, decisions }: Plan,
  kept: ReadonlyMap<string, string>,
): Promise<Swept> {
  const gone = decisions
    .filter(({ action, address }) => action === 'delete' && !kept.has(address))
    .flatMap(({ observed }) => namesOf(observed?.attributes ?? {}))
  const here = await owned(aws, identity)
  const there =
    region === 'us-east-1' || !decisions.some(standsElsewhere) ? undefined : await inUsEast1(aws, identity)
  const found = [...here, ...(there === 'refused' ? [] : (there ?? []))]
  const left = found
    .map(({ arn }) => arn)
    .filter(arn => !gone.some(id => arn === id || arn.endsWith(`/${id}`)))
  // Instances of an Auto Scaling group went with it, and revisions that releases have made went as strays: no plan has them.
  const [ended, inactive] = await Promise.all([endedAmong(left, aws), inactiveAmong(left, aws)])
  const usEast1 = there === undefined ? 'not needed' : there === 'refused' ? 'refused' : 'asked'
  return { left: left.filter(arn => !ended.has(arn) && !inactive.has(arn)), usEast1 }
}

/** What an ARN of this resource is or ends with. A name like `web` would fit many; what has an ARN is known by it. */
function namesOf(attributes: Readonly<Record<string, unknown>>): string[] {
  const texts = Object.values(attributes).filter(value => typeof value === 'string')
  const arns = texts.filter(text => text.startsWith('arn:'))
  return arns.length > 0 ? arns : texts
}

/** AWS lists what has no region in us-east-1, and CloudFront takes certificates from there alone. */
function standsElsewhere({ type, observed }: Plan['decisions'][number]): boolean {
  if (/^(cloudfront|route53)\//.test(type)) return true
  return Object.values(observed?.attributes ?? {}).some(
    value => typeof value === 'string' && /^arn:[^:]+:[^:]+:us-east-1:/.test(value),
  )
}

/** Some accounts allow nothing outside their own region: that is no reason for a teardown to fail. */
async function inUsEast1(aws: KindContext['aws'], identity: Plan['identity']) {
  try {
    return await owned(aws, identity, 'taggingUsEast1')
  } catch (error) {
    if (meaningOf(error) !== 'denied') throw error
    return 'refused' as const
  }
}

export function showSweep(
  { effects: { terminal } }: CommandContext,
  { left, usEast1 }: Swept,
  { identity: { stack, environment }, decisions }: Plan,
  keptNow: ReadonlyMap<string, string>,
  options: StackOptions,
): void {
  const again = sameStack(options)
  if (usEast1 === 'refused')
    terminal.err(
      'What is tagged in us-east-1 (CloudFront, DNS, its certificates) could not be asked for: tag:GetResources is not allowed there.\n',
    )
  const where = usEast1 === 'asked' ? 'this region or in us-east-1' : 'this region'
  if (left.length === 0) terminal.err(`Nothing tagged ${stack}/${environment} is left in ${where}.\n`)
  else terminal.err(`Still tagged ${stack}/${environment}:\n`)
  for (const arn of left) terminal.out(`${safe(arn)}\n`)
  const kept = decisions.filter(({ action, address }) => action === 'keep' || keptNow.has(address))
  const imported = kept.filter(({ consent }) => consent === 'imported')
  const data = kept.filter(({ consent, address }) => consent === 'data' || keptNow.has(address))
  if (data.length > 0) {
    const addresses = data.map(({ address }) => address)
    terminal.err(`Data was kept. To delete it: ${deletingData('teardown', addresses, options)}\n`)
  }
  if (imported.length > 0)
    terminal.err(
      `Kept, since imported: ${imported.map(({ address }) => safe(address)).join(', ')}. To delete that too: provision teardown${again} --delete-imported\n`,
    )
  if (left.length > 0 && kept.length === 0)
    terminal.err(
      `AWS lists what it has deleted for a few more minutes; run provision teardown${again} again to look anew.\n`,
    )
}
