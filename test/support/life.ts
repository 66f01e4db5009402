import { readFileSync } from 'node:fs'
import { vi } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import { connect } from '../../src/aws/aws.ts'
import { isRead } from '../../src/aws/retry.ts'
import type { CommandContext } from '../../src/commands/command.ts'
import { ledgerMigrate } from '../../src/commands/ledger-migrate.ts'
import { ledgerRebuild } from '../../src/commands/ledger-rebuild.ts'
import { ledgerHistory } from '../../src/commands/ledger.ts'
import { plan } from '../../src/commands/plan.ts'
import { teardown } from '../../src/commands/teardown.ts'
import { up } from '../../src/commands/up.ts'
import type { Clock } from '../../src/effects/clock.ts'
import { realClock } from '../../src/effects/clock.ts'
import type { Effects } from '../../src/effects/effects.ts'
import type { Files } from '../../src/effects/files.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { ProvisionError } from '../../src/errors.ts'
import type { PlannedResource } from '../../src/plan/plan.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import { rehearsal } from '../../src/sandbox/rehearsal.ts'
import type { Faults, SandboxCall, WorldState } from '../../src/sandbox/world.ts'
import { World } from '../../src/sandbox/world.ts'
import type { StackOptions } from '../../src/session.ts'
import type { Entry, LedgerContent } from '../../src/state/entry.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import { memoryTable } from './memory-table.ts'
import { pipedTerminal } from './terminal.ts'

const configPath = '/work/provision.yaml'
const worldPath = '/work/.provision/sandbox/aws.json'
const start = Date.UTC(2026, 0, 1)
const region = 'us-east-1'
const host = { user: 'ada', host: 'laptop', pid: 100, isAlive: () => true }

export interface Ended {
  /** The exit code, or undefined when the command threw. */
  readonly code: number | undefined
  readonly error: ProvisionError | undefined
  readonly out: string
  readonly err: string
  /** Every request that reached the embedded AWS. */
  readonly calls: readonly SandboxCall[]
  /** Those that were to change something: `CreateVpc`. */
  readonly writes: readonly string[]
}

export interface CommandWish {
  readonly faults?: Faults
  readonly stop?: AbortSignal
  readonly deleteData?: readonly string[]
  readonly yes?: boolean
  readonly allowInterruption?: true | readonly string[]
  /** As on the command line; in a life, a service waits for its image unless this is said. */
  readonly simulatedImages?: boolean
  /** What is piped in. */
  readonly stdin?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Typed on another machine, by somebody else. */
  readonly machine?: string
}

export interface Planned {
  readonly address: string
  readonly action: string
  readonly changes: readonly { readonly path: string }[]
}

/** What stands on every command line of a life. */
export interface TypedOptions {
  readonly config: string
  readonly environment: string
  readonly sandbox: true
  readonly yes: true
}

/** One project folder in memory, its embedded AWS and the commands typed in it, one after the other. */
export interface Life {
  up(wish?: CommandWish): Promise<Ended>
  teardown(wish?: CommandWish): Promise<Ended>
  plan(wish?: CommandWish): Promise<Ended>
  /** Any other command, with the options that make it work on this stack. */
  run(
    command: (options: StackOptions, context: CommandContext) => Promise<number>,
    wish?: CommandWish,
  ): Promise<Ended>
  /** Every file there is, as one text: to see that something is in none of them. */
  written(): string
  /** What `plan` would do, without what stays as it is. */
  planned(): Promise<readonly Planned[]>
  /** Replaces a part of the config, which has to be there. */
  edit(before: string, after: string): void
  /** Puts another config in the place of the whole file. */
  write(config: string): void
  push(repository: string, tag?: string): void
  /** Someone else at work in the same account. */
  meanwhile(work: (aws: Aws, world: World, clock: Clock) => unknown): Promise<void>
  /** Rows of the embedded AWS by table, without the empty tables. */
  tables(): Readonly<Record<string, readonly unknown[]>>
  ledger(): Promise<LedgerContent | undefined>
  loseLedger(): void
  /** Writes an entry into the ledger, as somebody might who can write the file. */
  forge(entry: Entry): Promise<void>
  /** Somebody else takes the ledger's lock and keeps it. */
  lockLedger(holder: { readonly user: string; readonly host: string; readonly pid: number }): Promise<void>
  /** The files of the ledger as they are, without its lock, for `restoreLedger`. */
  copyLedger(): ReadonlyMap<string, string>
  restoreLedger(copy: ReadonlyMap<string, string>): void
  /** Any other command. */
  type(
    command: (options: TypedOptions, context: CommandContext) => Promise<number>,
    wish?: CommandWish,
  ): Promise<Ended>
  /** What a command has written to this path. */
  file(path: string): string | undefined
  /** Every file of the folder, by path. */
  files(): ReadonlyMap<string, string>
  rebuild(): Promise<Ended>
  /** From now on every command has `--ledger`; a table is one in memory. */
  keepLedgerAt(ledger: string): void
  /** What that table was asked. */
  readonly tableCalls: readonly string[]
  migrate(to: string): Promise<Ended>
  history(): Promise<Ended>
  /** Makes the account of the embedded AWS look like another one in the ledger. */
  rewriteLedger(change: (content: LedgerContent) => LedgerContent['header']): Promise<void>
  /** The same folder and account, typed with another `--environment`. */
  beside(environment: string): Life
  /** The same folder and account as they are now, going their own way from here. */
  copy(): Life
}

/** `environment`: where the example has several. */
export function liveWith(example: string, environment?: string): Life {
  const yaml = readFileSync(new URL(`../../examples/${example}/provision.yaml`, import.meta.url), 'utf8')
  return liveIn(yaml, environment)
}

/** `yaml`: the config, in a file of its own. */
export function liveIn(yaml: string, environment?: string): Life {
  const [, only = ''] = /^environment: (.+)$/m.exec(yaml) ?? []
  return lifeIn(new Map([[configPath, yaml]]), environment ?? only, 1)
}

/** A folder with this config in it. */
export function liveOn(config: string, environment: string): Life {
  return lifeIn(new Map([[configPath, config]]), environment, 1)
}

function lifeIn(contents: Map<string, string>, environment: string, seed: number): Life {
  const [, stack = ''] = /^stack: (.+)$/m.exec(contents.get(configPath)!) ?? []
  const ledgerPath = `/work/.provision/sandbox/${stack}-${environment}.ledger.json`
  const files = filesIn(contents)
  const random = seededRandom(seed)
  const clock = { ...realClock, now: () => start }
  let place: string | undefined
  const tableCalls: string[] = []
  const table = memoryTable({ before: ({ operation }) => void tableCalls.push(operation) })
  const options = {
    config: configPath,
    environment,
    sandbox: true,
    get ledger() {
      return place
    },
  } as const

  const state = (): WorldState | undefined => {
    const saved = contents.get(worldPath)
    return saved === undefined ? undefined : (JSON.parse(saved) as WorldState)
  }
  const openLedger = () =>
    jsonLedger({ path: ledgerPath, files, clock, random, host, expect: { stack, environment } })

  const type = async (
    command: (context: CommandContext) => Promise<number>,
    { faults = {}, stop = new AbortController().signal, stdin = '', variables = {}, machine }: CommandWish,
  ): Promise<Ended> => {
    const calls: SandboxCall[] = []
    const written = { out: '', err: '' }
    const unseen = listen({
      ...faults,
      before: call => {
        calls.push(call)
        faults.before?.(call)
      },
    })
    const effects: Effects = {
      clock,
      random,
      files,
      ...pipedTerminal(written, stdin),
      host: machine === undefined ? host : { ...host, user: 'bob', host: machine },
      cwd: '/work',
      ledgerTable: () => table,
      environment: variables,
    }
    const context = { effects, stop, leave: new AbortController().signal }
    const ending = () => ({
      ...written,
      calls,
      writes: calls.map(({ operation }) => operation).filter(isWrite),
    })
    try {
      const code = await command(context)
      return { code, error: undefined, ...ending() }
    } catch (error) {
      if (!(error instanceof ProvisionError)) throw error
      return { code: undefined, error, ...ending() }
    } finally {
      unseen()
    }
  }

  return {
    up: ({ yes = true, allowInterruption, simulatedImages, ...wish } = {}) =>
      type(context => up({ ...options, yes, allowInterruption, simulatedImages }, context), wish),
    teardown: ({ yes = true, deleteData, ...wish } = {}) =>
      type(context => teardown({ ...options, yes, deleteData }, context), wish),
    plan: ({ simulatedImages, ...wish } = {}) =>
      type(context => plan({ ...options, detailedExitcode: true, simulatedImages }, context), wish),
    run: (command, wish = {}) => type(context => command(options, context), wish),
    written: () => [...contents.values()].join('\n'),
    type: (command, wish = {}) => type(context => command({ ...options, yes: true }, context), wish),
    files: () => new Map(contents),
    async planned() {
      const { out, error } = await type(context => plan({ ...options, json: true }, context), {})
      if (error) throw error
      const { resources } = JSON.parse(out) as { resources: PlannedResource[] }
      return resources.filter(({ action }) => action !== 'none')
    },
    edit(before, after) {
      const text = contents.get(configPath)!
      if (!text.includes(before)) throw new Error(`the config has no ${before}`)
      contents.set(configPath, text.replace(before, after))
    },
    write: config => void contents.set(configPath, config),
    push(repository, tag = 'latest') {
      const { world } = rehearsal({ path: worldPath, region, files, random, start, pace: 0 })
      pushImage(world, repository, tag)
      contents.set(worldPath, JSON.stringify(world.snapshot()))
    },
    async meanwhile(work) {
      const other = rehearsal({ path: worldPath, region, files, random, start, pace: 0 })
      const save = () => files.replace(worldPath, JSON.stringify(other.world.snapshot()))
      const connection = connect({ region, clock: other.clock, random, embedded: embed(other.world, save) })
      await work(connection.aws, other.world, other.clock)
      save()
      connection.close()
    },
    tables: () =>
      Object.fromEntries(
        Object.entries(state()?.tables ?? {})
          .map(([name, rows]) => [name, Object.values(rows)] as const)
          .filter(([, rows]) => rows.length > 0),
      ),
    ledger: () => openLedger().read(),
    copyLedger: () =>
      new Map([...contents].filter(([path]) => path.startsWith(ledgerPath) && !path.endsWith('.lock'))),
    restoreLedger(copy) {
      for (const path of contents.keys()) if (path.startsWith(ledgerPath)) contents.delete(path)
      for (const [path, text] of copy) contents.set(path, text)
    },
    file: path => contents.get(path),
    rebuild: () => type(context => ledgerRebuild({ ...options, yes: true }, context), {}),
    tableCalls,
    keepLedgerAt: ledger => void (place = ledger),
    migrate: to => type(context => ledgerMigrate(to, options, context), {}),
    history: () => type(context => ledgerHistory(options, context), {}),
    loseLedger() {
      for (const path of contents.keys()) if (path.startsWith(ledgerPath)) contents.delete(path)
    },
    async forge(entry) {
      const writer = await openLedger().lock({ ...host, since: start, command: 'test', tool: 'test' })
      await writer.put(entry.address, entry)
      await writer.release()
    },
    async lockLedger(holder) {
      await openLedger().lock({ ...holder, since: start, command: 'provision up', tool: 'test' })
    },
    async rewriteLedger(change) {
      const writer = await openLedger().lock({ ...host, since: start, command: 'test', tool: 'test' })
      await writer.begin(change(writer.content!))
      await writer.release()
    },
    beside: other => lifeIn(contents, other, seed + 1),
    copy: () => lifeIn(new Map(contents), environment, seed + 1),
  }
}

/** Every world that is asked something from now on has these faults. */
function listen(faults: Faults): () => void {
  const original = Object.getOwnPropertyDescriptor(World.prototype, 'nextCall')!.value as () => number
  const spy = vi.spyOn(World.prototype, 'nextCall').mockImplementation(function (this: World) {
    this.faults = faults
    return original.call(this)
  })
  return () => spy.mockRestore()
}

function isWrite(operation: string): boolean {
  return !isRead(operation[0]!.toLowerCase() + operation.slice(1))
}

function filesIn(contents: Map<string, string>): Files {
  const append = (path: string, text: string) => void contents.set(path, (contents.get(path) ?? '') + text)
  return {
    read: path => contents.get(path),
    replace: (path, text) => void contents.set(path, text),
    append,
    appendDurably: async (path, text) => append(path, text),
    createExclusively: (path, text) => {
      if (contents.has(path)) return false
      contents.set(path, text)
      return true
    },
    remove: path => void contents.delete(path),
    makeFolder: () => undefined,
  }
}
