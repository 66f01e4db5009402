import { throwingFailures } from '../engine/problem.ts'
import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import { fail, ok, warn } from '../doctor/finding.ts'
import { ProvisionError } from '../errors.ts'
import type { Effects } from '../effects/effects.ts'
import { doctorText } from '../events/doctor-text.ts'
import { styleFor } from '../events/style.ts'
import { placeFor } from '../ledger-access.ts'
import { makePlan } from '../plan/make-plan.ts'
import { policyFor } from '../policy/policy.ts'
import type { Session, StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { hasReleaseCommand } from '../steps/services.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'

export interface DoctorOptions extends StackOptions {
  readonly json?: boolean | undefined
}

/**
 * Looks at all that `up` would need, before it is run: who we are and what we may do, names, zones, addresses, quotas,
 * images, domain.
 * Changes nothing and takes no lock. Exit code 1 when something would fail.
 */
export async function doctor(options: DoctorOptions, { effects, leave }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { command: 'doctor', signal: leave })
  try {
    const findings = await throwingFailures(() => findingsOf(session, effects))
    const { terminal } = effects
    const { config, environment } = session
    const failed = findings.some(({ level }) => level === 'fail')
    if (options.json)
      terminal.out(
        `${JSON.stringify({ schemaVersion: 1, stack: config.stack, environment, ok: !failed, findings }, undefined, 2)}\n`,
      )
    else terminal.out(doctorText(findings, styleFor(terminal.color.stdout)))
    return failed ? exitCodes.failed : exitCodes.done
  } finally {
    session.close()
  }
}

/** What stops the looking is the last finding. */
async function findingsOf(session: Session, effects: Effects): Promise<Finding[]> {
  const { config, ledger } = session
  const findings: Finding[] = []
  const attempt = async <T>(check: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ProvisionError) || error.code === 'bug') throw error
      findings.push(fail(check, error.message, error.hint))
      return undefined
    }
  }
  const known = await attempt('ledger', async () => ({
    content: await ledger.read(),
    holder: await ledger.holder(),
  }))
  if (!known) return findings
  const { content, holder } = known
  const context = await attempt('identity', () => session.identify(content))
  if (!context) return findings
  findings.push(
    ok(
      'identity',
      config.account === undefined
        ? `account ${context.account} in ${context.region} (account: '${context.account}' in the config refuses any other)`
        : `account ${context.account} in ${context.region}, as the config says`,
    ),
    holder
      ? warn(
          'ledger',
          `${ledger.location} is locked by ${holder.user}@${holder.host}: ${holder.command}`,
          'wait for that run, or see provision ledger history',
        )
      : ok(
          'ledger',
          content
            ? `${ledger.location}, ${content.entries.size} resources`
            : `${ledger.location} begins with the first up`,
        ),
  )
  const situation = await attempt('names', () => session.situation(context, content))
  if (!situation) return findings
  const documents = policyFor({
    ...context,
    command: 'up',
    stack: config.stack,
    desired: situation.desired,
    entries: [...(content?.entries.values() ?? [])],
    place: placeFor(session.ledgerWish, effects),
    releases: hasReleaseCommand(config),
  })
  const allowances = documents.flatMap(({ Statement }) => Statement)
  const plan = makePlan(situation)
  return [...findings, ...(await examine({ config, context, situation, plan, allowances }))]
}
