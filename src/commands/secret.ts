import { resolve } from 'node:path'
import { identityTags, isTaggedAs } from '../aws/tags.ts'
import { suggestion } from '../config/findings.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { usesOf } from '../config/uses.ts'
import type { Effects } from '../effects/effects.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import type { KindContext } from '../resources/kind.ts'
import type { Session, StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { LedgerContent } from '../state/entry.ts'
import { secretNameOf } from '../steps/names.ts'
import { secretAddress } from '../steps/secrets.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import type { SecretStore } from './secret-store.ts'
import { storeOf } from './secret-store.ts'
import { sameStack } from './same-stack.ts'

export interface SecretSetOptions extends StackOptions {
  /** The variable that holds the value. */
  readonly fromEnv?: string | undefined
  /** The file that holds it; `-` for standard input. */
  readonly fromFile?: string | undefined
}

/** Gives a secret of the config its value, and says which services read it. */
export async function secretSet(
  name: string,
  options: SecretSetOptions,
  command: CommandContext,
): Promise<number> {
  const { terminal } = command.effects
  const readers = await setSecret(name, options, command)
  if (readers.length === 0) {
    terminal.err(`Next: name ${name} under \`uses\` of a service\n`)
    return exitCodes.done
  }
  const again = sameStack(options)
  terminal.err(
    `Next: provision up${again}   (starts ${readers.join(', ')} if it waited for this value)\nOr:   provision restart ${readers.join(' ')}${again}   (tasks that run keep the value that they have read)\n`,
  )
  return exitCodes.done
}

/** The value goes from here to AWS's store and nowhere else. Gives the services that read the secret. */
export async function setSecret(
  name: string,
  options: SecretSetOptions,
  { effects, leave }: CommandContext,
): Promise<readonly string[]> {
  const session = await openSession(options, effects, { command: 'secret', signal: leave })
  try {
    const { config } = session
    checkName(config, name)
    const content = await session.ledger.read()
    const context = await session.identify(content)
    // Asked for only now: nobody should type a secret in vain.
    const store = storeOf(config, name, effects.random)
    const value = await valueFor(name, store, options, effects)
    await ensure(name, store, session, context, lineageOf(content) ?? effects.random.uuid())
    await store.put(context.aws, { name: secretNameOf(config, name), value })
    const { terminal } = effects
    const readers = usersOf(config, name)
    const whose = readers.length > 0 ? `Tasks of ${readers.join(', ')} read it` : 'No service reads it'
    terminal.err(
      `${safe(secretNameOf(config, name))} has its value. ${whose}${readers.length > 0 ? ' when they start.' : '.'}\n`,
    )
    return readers
  } finally {
    session.close()
  }
}

/** Which secrets the config names, whether they have a value, and who reads them. */
export async function secretList(
  options: StackOptions & { readonly json?: boolean | undefined },
  { effects, leave }: CommandContext,
): Promise<number> {
  const session = await openSession(options, effects, { command: 'secret', signal: leave })
  try {
    const { config, environment } = session
    const { aws } = await session.identify(await session.ledger.read())
    const secrets = await Promise.all(
      Object.keys(config.secrets).map(async name => {
        const secretName = secretNameOf(config, name)
        const state = await storeOf(config, name, effects.random).state(aws, secretName)
        return {
          name,
          secretName,
          state: !state ? 'absent' : state.hasValue ? 'set' : 'empty',
          changed: state?.changed === undefined ? undefined : new Date(state.changed).toISOString(),
          usedBy: usersOf(config, name),
        }
      }),
    )
    const { terminal } = effects
    if (options.json) {
      const document = { schemaVersion: 1, stack: config.stack, environment, secrets }
      terminal.out(`${JSON.stringify(document, undefined, 2)}\n`)
      return exitCodes.done
    }
    const width = Math.max(0, ...secrets.map(({ name }) => name.length))
    for (const { name, secretName, state, usedBy } of secrets)
      terminal.out(
        `${name.padEnd(width)}  ${state.padEnd(6)}  ${safe(secretName)}${usedBy.length > 0 ? `  (${usedBy.join(', ')})` : ''}\n`,
      )
    const missing = secrets.filter(({ state }) => state !== 'set')
    if (secrets.length === 0) terminal.err('The config names no secrets.\n')
    else if (missing.length > 0)
      terminal.err(`Next: provision secret set ${missing[0]!.name}${sameStack(options)}\n`)
    return exitCodes.done
  } finally {
    session.close()
  }
}

function checkName({ secrets }: StackConfig, name: string): void {
  if (name in secrets) return
  const names = Object.keys(secrets)
  throw new ProvisionError({
    code: 'usage',
    message: `the config has no secret "${safe(name)}"`,
    hint:
      suggestion(name, names) ??
      (names.length > 0 ? `it has ${names.join(', ')}` : `add it: secrets: { ${safe(name)}: {} }`),
  })
}

/** Not from the command line: there every process of the machine and the shell's history would see it. */
async function valueFor(
  name: string,
  { longest, label }: SecretStore,
  { fromEnv, fromFile }: SecretSetOptions,
  { environment, files, cwd, terminal }: Effects,
): Promise<string> {
  const given =
    fromEnv !== undefined
      ? environment[fromEnv]
      : fromFile !== undefined && fromFile !== '-'
        ? withoutLastNewline(files.read(resolve(cwd, fromFile)))
        : fromFile === undefined && terminal.interactive
          ? await terminal.askSecret(`Value of ${name}`)
          : withoutLastNewline(await terminal.input())
  const source =
    fromEnv !== undefined
      ? `the variable ${fromEnv}`
      : fromFile !== undefined && fromFile !== '-'
        ? fromFile
        : 'the input'
  if (!given)
    throw new ProvisionError({
      code: 'usage',
      message: `${safe(source)} ${given === undefined ? 'is not there' : 'is empty'}: the secret is as it was`,
      hint: `type it when asked, pipe it in, or use --from-env NAME or --from-file PATH`,
    })
  if (Buffer.byteLength(given) > longest)
    throw new ProvisionError({
      code: 'usage',
      message: `${safe(source)} holds more than the ${longest} bytes that ${label} takes`,
      hint: 'keep files of that size in a bucket',
    })
  return given
}

/** Editors and `echo` end a text with a newline that is no part of it. */
function withoutLastNewline(text: string | undefined): string | undefined {
  return text?.replace(/\r?\n$/, '')
}

/** The stack's own secret is made now where `up` has not made it yet. */
async function ensure(
  name: string,
  store: SecretStore,
  { config, environment }: Session,
  context: KindContext,
  lineage: string,
): Promise<void> {
  const secretName = secretNameOf(config, name)
  const address = secretAddress(config, name)
  const identity = identityTags({ stack: config.stack, environment }, lineage, address)
  const state = await store.state(context.aws, secretName)
  if (state && !isTaggedAs(state.tags, identity))
    throw new ProvisionError({
      code: 'refused',
      message: `secret ${secretName} exists already and does not belong to this stack`,
      hint: 'give this one another name in the config',
    })
  if (state) return
  const { description } = config.secrets[name]!
  const tags = { ...config.tags, Name: secretName, ...identity }
  await store.create({ address, name: secretName, description, tags }, context)
}

/** As for `up`: an emptied ledger has ended its lineage. */
function lineageOf(content: LedgerContent | undefined): string | undefined {
  return content && content.entries.size > 0 ? content.header.lineage : undefined
}

function usersOf({ services }: StackConfig, name: string): string[] {
  return Object.entries(services)
    .filter(([, service]) => usesOf(service).some(use => use.name === name))
    .map(([service]) => service)
}
