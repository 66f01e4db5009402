import { existsSync, readFileSync, readdirSync } from 'node:fs'
import type { Aws } from '../../src/aws/aws.ts'
import { connect } from '../../src/aws/aws.ts'
import type { CommandContext } from '../../src/commands/command.ts'
import { teardown } from '../../src/commands/teardown.ts'
import { up } from '../../src/commands/up.ts'
import type { Effects } from '../../src/effects/effects.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { ProvisionError } from '../../src/errors.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import type { WorldState } from '../../src/sandbox/world.ts'
import type { LedgerContent } from '../../src/state/entry.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import { Cloud, region } from './cloud.ts'
import { disk } from './disk.ts'
import type { Fault } from './fault.ts'
import type { Sent } from './network.ts'
import { network } from './network.ts'
import { Killed, Process } from './process.ts'
import { Time } from './time.ts'

const start = Date.UTC(2026, 0, 1)
const folder = '/project'
const examples = new URL('../../examples/', import.meta.url)

/** The examples that a simulation can read: those with a YAML config. */
export const exampleNames = readdirSync(examples)
  .filter(name => existsSync(new URL(`${name}/provision.yaml`, examples)))
  .toSorted()

export interface Ended {
  readonly how: 'exited' | 'refused' | 'killed'
  /** The exit code of a command that exited by itself. */
  readonly code: number | undefined
  readonly error: ProvisionError | undefined
  readonly out: string
  readonly err: string
  readonly sent: readonly Sent[]
  /** Operations that were to change something. */
  readonly writes: readonly string[]
  /** Operations that AWS has refused. */
  readonly refused: readonly string[]
  /** Writes to the disk, in their order. */
  readonly diskSites: readonly string[]
  /** Virtual milliseconds. */
  readonly took: number
}

export interface CommandWish {
  readonly faults?: readonly Fault[]
  readonly deleteData?: readonly string[]
  /** A defect, planted for this command. */
  readonly onSend?: (sent: Sent) => void
  readonly onDisk?: (site: string) => void
}

/** A project folder and its AWS account at one moment, with nothing under way. */
export interface Moment {
  readonly contents: ReadonlyMap<string, string>
  readonly world: WorldState
}

export type CommandName = 'up' | 'teardown'

/** One project folder, one AWS account, and processes in both: everything a run can meet, from one seed. */
export class Universe {
  readonly time: Time
  readonly cloud: Cloud
  readonly contents = new Map<string, string>()
  readonly stack: string
  readonly environment: string
  readonly #random
  readonly #example: string
  readonly #processes = new Map<number, Process>()
  #pids = 100

  constructor(example: string, seed: number, moment?: Moment) {
    const yaml = readFileSync(new URL(`${example}/provision.yaml`, examples), 'utf8')
    this.#random = seededRandom(seed)
    this.time = new Time(moment?.world.now ?? start, this.#random)
    this.cloud = new Cloud(this.time, seededRandom(seed + 1), moment && structuredClone(moment.world))
    this.#example = example
    for (const [path, text] of moment?.contents ?? []) this.contents.set(path, text)
    this.stack = /^stack: (.+)$/m.exec(yaml)?.[1] ?? ''
    // A stack with several environments is built in the first of them.
    this.environment =
      (/^environment: (.+)$/m.exec(yaml) ?? /^environments:\n(?: *#.*\n)* +(\w+):/m.exec(yaml))?.[1] ?? ''
    if (!moment) this.contents.set(`${folder}/provision.yaml`, yaml)
  }

  /** All there is now, to begin other universes with. */
  moment(): Moment {
    return { contents: new Map(this.contents), world: this.cloud.snapshot() }
  }

  /** Another universe that goes on from a moment of this one. */
  branch(seed: number, moment: Moment): Universe {
    return new Universe(this.#example, seed, moment)
  }

  /** Types a command, and lets time go on until it has ended one way or another. */
  run(name: CommandName, wish: CommandWish = {}): Promise<Ended> {
    return this.time.until(this.begin(name, wish))
  }

  /** Types a command in a process of its own; time has to be let go on by the caller. */
  async begin(
    name: CommandName,
    { faults = [], deleteData, onSend, onDisk }: CommandWish = {},
  ): Promise<Ended> {
    const process = new Process(++this.#pids, this.time)
    this.#processes.set(process.pid, process)
    const sent: Sent[] = []
    const diskSites: string[] = []
    const refused: string[] = []
    let out = ''
    let err = ''
    const began = this.time.now()
    const effects: Effects = {
      clock: process.clock(),
      random: this.#random,
      files: disk(this.contents, process, {
        faults,
        on: site => {
          diskSites.push(site)
          onDisk?.(site)
        },
      }),
      terminal: {
        out: text => void (out += text),
        err: text => void (err += text),
        interactive: false,
        live: false,
        color: { stdout: false, stderr: false },
        columns: 110,
        unicode: true,
        confirm: async () => false,
        askSecret: async () => undefined,
        input: async () => '',
      },
      host: {
        user: 'ada',
        host: 'laptop',
        pid: process.pid,
        isAlive: pid => this.#processes.get(pid)?.alive ?? false,
      },
      cwd: folder,
      environment: {},
      aws: network({
        time: this.time,
        cloud: this.cloud,
        process,
        faults,
        onSend: one => {
          sent.push(one)
          onSend?.(one)
        },
        onFailure: ({ operation }) => void refused.push(operation),
      }),
      openLiveArea: async () => ({ draw: () => undefined, persist: () => undefined, close: () => undefined }),
      tick: () => () => undefined,
    }
    const context: CommandContext = { effects, stop: process.stop.signal, leave: process.leave.signal }
    const ended = (how: Ended['how'], code?: number, error?: ProvisionError): Ended => ({
      how,
      code,
      error,
      out,
      err,
      sent,
      writes: sent.filter(({ read }) => !read).map(({ operation }) => operation),
      refused,
      diskSites,
      took: this.time.now() - began,
    })
    const options = { config: `${folder}/provision.yaml`, environment: this.environment, yes: true }
    const command = name === 'up' ? up(options, context) : teardown({ ...options, deleteData }, context)
    try {
      const code = await Promise.race([command, process.death])
      return process.alive ? ended('exited', code as number) : ended('killed')
    } catch (error) {
      if (!process.alive || error instanceof Killed) return ended('killed')
      if (error instanceof ProvisionError) return ended('refused', undefined, error)
      throw error
    } finally {
      process.kill()
    }
  }

  /** What the ledger on the disk says; rejects where its bytes cannot be trusted. */
  ledger(): Promise<LedgerContent | undefined> {
    const reader = new Process(0, this.time)
    return jsonLedger({
      path: this.ledgerPath,
      files: disk(this.contents, reader, { faults: [], on: () => undefined }),
      clock: reader.clock(),
      random: this.#random,
      host: { host: 'laptop', isAlive: () => false },
      expect: { stack: this.stack, environment: this.environment },
    }).read()
  }

  get ledgerPath(): string {
    return `${folder}/.provision/${this.stack}-${this.environment}.ledger.json`
  }

  /** Ten quiet minutes: what is on its way arrives. */
  settle(): Promise<void> {
    return this.time.pass(600_000)
  }

  /** Lets AWS take off its lists what has been gone for long: the embedded one does so when it is asked. */
  async refresh(): Promise<void> {
    const domains = this.cloud.tables()['opensearch/domain'] as
      readonly { readonly name: string }[] | undefined
    await this.meanwhile(async ({ ec2, opensearch }) => {
      await ec2.describeInstances({})
      await ec2.describeNatGateways({})
      await ec2.describeVpcEndpoints({})
      await ec2.describeNetworkInterfaces({})
      if (domains) await opensearch.describeDomains({ DomainNames: domains.map(({ name }) => name) })
    })
  }

  loseLedger(): void {
    for (const path of this.contents.keys()) if (path.startsWith(this.ledgerPath)) this.contents.delete(path)
  }

  edit(before: string, after: string): void {
    const path = `${folder}/provision.yaml`
    const text = this.contents.get(path)!
    if (!text.includes(before)) throw new Error(`the config has no ${before}`)
    this.contents.set(path, text.replace(before, after))
  }

  /** Someone else at work in the same account. */
  async meanwhile<T>(work: (aws: Aws) => Promise<T>): Promise<T> {
    const clock = new Process(0, this.time).clock()
    const other = connect({ region, clock, random: this.#random, embedded: embed(this.cloud) })
    const result = await this.time.until(work(other.aws))
    other.close()
    return result
  }
}
