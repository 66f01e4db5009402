import { environmentTag, identityTags, isTaggedAs, stackTag } from '../aws/tags.ts'
import { recalled } from '../engine/recall.ts'
import { throwingFailures } from '../engine/problem.ts'
import { ProvisionError } from '../errors.ts'
import { planText } from '../events/plan-text.ts'
import { safe, styleFor } from '../events/style.ts'
import { kindOf } from '../kinds/index.ts'
import type { AnyObserved, Situation } from '../plan/decision.ts'
import { makePlan } from '../plan/make-plan.ts'
import { lineageOf } from '../plan/ownership.ts'
import { canonical } from '../resources/json.ts'
import type { KindContext, Tags } from '../resources/kind.ts'
import { hasUnknown, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Session, StackOptions } from '../session.ts'
import { headerFor, openSession } from '../session.ts'
import type { Entry, LedgerContent, Recorded } from '../state/entry.ts'
import type { CommandContext } from './command.ts'
import { holderOf } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { consent } from './up.ts'
import { sameStack } from './same-stack.ts'

export interface ImportOptions extends StackOptions {
  readonly yes?: boolean | undefined
}

/** What is to be taken over: the one that AWS knows by `id` becomes the one at `address`. */
export interface ImportWish {
  readonly address: string
  /** AWS's id, or the name of what has none. */
  readonly id: string
}

/**
 * Writes what AWS has already into the ledger, at an address of the config. Changes nothing in AWS: the next `up` tags it
 * and makes it as the config says, and `teardown` keeps it. Rejects with code `usage` for an address or an id that cannot
 * be, and with `refused` for what belongs to another stack or would have to be replaced.
 */
export async function importResource(
  wish: ImportWish,
  options: ImportOptions,
  command: CommandContext,
): Promise<number> {
  const { effects, stop, leave } = command
  const { terminal } = effects
  const session = await openSession(options, effects, { command: 'import', signal: leave, stop })
  try {
    const context = await session.identify(await session.ledger.read())
    const ledger = await session.ledger.lock(holderOf(effects, 'import'))
    try {
      const situation = await session.situation(context, ledger.content)
      const resource = declaredAt(wish, situation)
      const found = await throwingFailures(() => lookUp(wish, resource, situation, context))
      checkOwner(wish, resource, found, situation)
      const plan = makePlan(asIfImported(resource, found, situation, session, context))
      const refusal = plan.refusals.find(({ address }) => address === wish.address || address === 'ledger')
      if (refusal) throw refused(`${refusal.address}: ${refusal.message}`, refusal.hint)
      const decisions = plan.decisions.filter(({ address }) => address === wish.address)
      const entry = decisions[0] && recalled(decisions[0])
      if (!entry) throw new TypeError(`${wish.address} has no decision`)

      const { stack, environment } = plan.identity
      const { account, region } = context
      const style = styleFor(terminal.color.stderr)
      terminal.err(
        `${safe(wish.id)} becomes ${wish.address}. What the next provision up would do with it:\n\n`,
      )
      terminal.err(planText(decisions, [], { style, stack, environment, account, region }))
      if (!(await consent(options, command, `Take ${safe(wish.id)} over into ${stack}/${environment}?`)))
        return exitCodes.failed
      await ledger.note()
      if (!ledger.content) await ledger.begin(headerFor(session, context, plan.lineage))
      await ledger.put(wish.address, entry)
      await ledger.note('done')
      terminal.err(
        `${wish.address} is in the ledger. Nothing has changed in AWS; provision teardown keeps it.\nNext: provision plan${sameStack(options)}\n`,
      )
      return exitCodes.done
    } finally {
      await ledger.release()
    }
  } finally {
    session.close()
  }
}

/** The resource of the config that it is to be. */
function declaredAt({ address }: ImportWish, { desired, ledger, observed, identity }: Situation): Resource {
  const resource = desired.find(one => one.address === address)
  if (!resource)
    throw new ProvisionError({
      code: 'usage',
      message: `the config has nothing at ${address}`,
      hint: 'provision plan shows the addresses; what is to be imported has to be in the config first',
    })
  const kind = kindOf(resource.type)
  if (!kind.identify)
    throw new ProvisionError({
      code: 'usage',
      message: `${address} cannot be imported: it is of kind ${kind.label}`,
      hint: `these can: ${importable(desired).join(', ') || 'nothing of this config'}`,
    })
  const tags = observed.get(address)?.tags
  if (ledger?.entries.has(address) || (tags && isTaggedAs(tags, identityTags(identity, '', address))))
    throw refused(
      `${address} is there already: ${identity.stack}/${identity.environment} has its own ${kind.label}`,
      'provision status shows it; import into another address of the config',
    )
  return resource
}

function importable(desired: readonly Resource[]): string[] {
  return desired.filter(({ type }) => kindOf(type).identify).map(({ address }) => address)
}

async function lookUp(
  { address, id }: ImportWish,
  resource: Resource,
  { identity, observed }: Situation,
  context: KindContext,
): Promise<AnyObserved> {
  const kind = kindOf(resource.type)
  const identified = kind.identify!(id)
  if (!identified)
    throw new ProvisionError({
      code: 'usage',
      message: `${address} is of kind ${kind.label}, and ${id} is not the id of one`,
      hint: 'provision plan shows what each address is',
    })
  const lookup = ({ reference, attribute }: { reference: string; attribute: string }) =>
    observed.get(reference)?.attributes[attribute]
  const known = Object.entries(resolve(resource.props, lookup) as object).filter(
    ([, value]) => !hasUnknown(value),
  )
  const own = 'props' in identified ? (identified.props as object) : {}
  const attributes = 'attributes' in identified ? identified.attributes : undefined
  const tags: Tags = { ...resource.tags, ...identityTags(identity, '', address) }
  const props = { ...Object.fromEntries(known), ...own }
  const [found] = await kind.read([{ address, attributes, props, tags }], context)
  if (found) return found as AnyObserved
  throw refused(
    `AWS has no ${kind.label} ${id} in ${context.region}`,
    'check the id, the account and the region',
  )
}

/** Refuses what another stack, or another address of this one, has. */
function checkOwner(
  { address, id }: ImportWish,
  { type }: Resource,
  { attributes, tags }: AnyObserved,
  { identity, ledger }: Situation,
): void {
  const other = [...(ledger?.entries.values() ?? [])].find(
    entry =>
      entry.type === type && 'attributes' in entry && canonical(entry.attributes) === canonical(attributes),
  )
  if (other) throw refused(`${id} is in the ledger already, as ${other.address}`, 'provision ledger show')
  if (tags?.[stackTag] === undefined || isTaggedAs(tags, identityTags(identity, '', address))) return
  throw refused(
    `${id} belongs to ${tags[stackTag]}/${tags[environmentTag] ?? ''}: its tags say so`,
    'remove its provision: tags if that stack is gone, then import it again',
  )
}

/** What the next plan would be made from. */
function asIfImported(
  { address, type }: Resource,
  found: AnyObserved,
  situation: Situation,
  session: Session,
  context: KindContext,
): Situation {
  const entry: Entry = {
    address,
    type,
    status: 'ready',
    attributes: found.attributes as Recorded,
    props: found.props as Recorded,
    tags: {},
    dependsOn: [],
    generation: 1,
    deposed: [],
    retained: true,
  }
  const before: Pick<LedgerContent, 'header' | 'serial'> = situation.ledger ?? {
    header: headerFor(session, context, lineageOf(situation)),
    serial: 0,
  }
  const entries = new Map(situation.ledger?.entries).set(address, entry)
  return {
    ...situation,
    ledger: { ...before, entries },
    observed: new Map(situation.observed).set(address, found),
  }
}

function refused(message: string, hint: string): ProvisionError {
  return new ProvisionError({ code: 'refused', message, hint })
}
