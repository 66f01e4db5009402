import { existsSync, readFileSync, readdirSync } from 'node:fs'
import type { Aws } from '../../src/aws/aws.ts'
import { connect } from '../../src/aws/aws.ts'
import type { CommandContext } from '../../src/commands/command.ts'
import { teardown } from '../../src/commands/teardown.ts'
import { up } from '../../src/commands/up.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { ProvisionError } from '../../src/errors.ts'
import { embed } from '../../src/sandbox/embedded.ts'
import type { WorldState } from '../../src/sandbox/world.ts'
import type { LedgerContent } from '../../src/state/entry.ts'
import { dynamoLedger } from '../../src/state/dynamodb/ledger.ts'
import type { Row } from '../../src/state/dynamodb/table.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import { addSecrets } from '../support/canary.ts'
import { memoryTable } from '../support/memory-table.ts'
import { Cloud, region } from './cloud.ts'
import type { Unsynced } from './disk.ts'
import { disk, onDisk } from './disk.ts'
import type { CommandName, CommandWish, Ended, Typed, TypedOptions } from './typed.ts'
import { Fence } from './fence.ts'
import { Leaks, secret } from './leaks.ts'
import { ledgerTable } from './ledger-table.ts'
import { machineFor } from './machine.ts'
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

/** A project folder and its AWS account at one moment, with nothing under way. */
export interface Moment {
  readonly contents: ReadonlyMap<string, string>
  readonly rows: ReadonlyMap<string, Row>
  readonly world: WorldState
}

/** Where the ledger is kept: beside the config, or in a table of DynamoDB. */
export type Store = 'file' | 'dynamodb'

interface Setting {
  readonly store?: Store | undefined
  readonly moment?: Moment | undefined
}

/** One project folder, one AWS account, and processes in both: everything a run can meet, from one seed. */
export class Universe {
  readonly time: Time
  readonly cloud: Cloud
  readonly contents: Map<string, string>
  readonly rows: Map<string, Row>
  readonly store: Store
  readonly fence: Fence
  readonly stack: string
  readonly environment: string
  readonly #random
  readonly #example: string
  readonly #leaks = new Leaks()
  readonly #processes = new Map<number, Process>()
  readonly #unsynced: Unsynced = new Map()
  #pids = 100

  constructor(example: string, seed: number, { moment, store = 'file' }: Setting = {}) {
    const yaml = readFileSync(new URL(`${example}/provision.yaml`, examples), 'utf8')
    this.#random = seededRandom(seed)
    this.time = new Time(moment?.world.now ?? start, this.#random)
    this.cloud = new Cloud(this.time, seededRandom(seed + 1), moment && structuredClone(moment.world))
    this.cloud.faults.after = (_call, output) => addSecrets(output as object, secret)
    this.#example = example
    this.store = store
    this.contents = new Map(moment?.contents ?? [[`${folder}/provision.yaml`, yaml]])
    this.rows = new Map(moment?.rows)
    this.fence = new Fence(this.time, this.rows)
    this.stack = /^stack: (.+)$/m.exec(yaml)?.[1] ?? ''
    // A stack with several environments is built in the first of them.
    this.environment =
      (/^environment: (.+)$/m.exec(yaml) ?? /^environments:\n(?: *#.*\n)* +(\w+):/m.exec(yaml))?.[1] ?? ''
  }

  /** All there is now, to begin other universes with. */
  moment(): Moment {
    return { contents: new Map(this.contents), rows: new Map(this.rows), world: this.cloud.snapshot() }
  }

  /** Another universe that goes on from a moment of this one. */
  branch(seed: number, moment: Moment): Universe {
    return new Universe(this.#example, seed, { moment, store: this.store })
  }

  /** Types a command, and lets time go on until it has ended one way or another. */
  run(command: CommandName | Typed, wish: CommandWish = {}): Promise<Ended> {
    return this.time.until(this.begin(command, wish))
  }

  /** Types a command in a process of its own; time has to be let go on by the caller. */
  async begin(name: CommandName | Typed, wish: CommandWish = {}): Promise<Ended> {
    const { faults = [], deleteData, onSend, onSite } = wish
    const process = new Process(++this.#pids, this.time, wish)
    this.#processes.set(process.pid, process)
    const sent: Sent[] = []
    const ledgerSites: string[] = []
    const refused: string[] = []
    const began = this.time.now()
    const onWrite = (site: string) => {
      ledgerSites.push(site)
      onSite?.(site)
    }
    const { effects, written } = machineFor({
      process,
      random: this.#random,
      files: disk(this.contents, this.#unsynced, process, { faults, on: onWrite }),
      table: ledgerTable({
        time: this.time,
        random: this.#random,
        process,
        contents: this.rows,
        faults,
        onSite: onWrite,
        onWritten: (writes, before) => this.fence.written(process, writes, before),
      }),
      aws: network({
        time: this.time,
        cloud: this.cloud,
        process,
        faults,
        onSend: one => {
          sent.push(one)
          if (this.store === 'dynamodb') this.fence.sent(one)
          onSend?.(one)
          onSite?.(one.site)
        },
        onFailure: ({ operation }) => void refused.push(operation),
      }),
      cwd: folder,
      environment: { AWS_SECRET_ACCESS_KEY: secret, DATABASE_PASSWORD: secret },
      isAlive: pid => this.#processes.get(pid)?.alive ?? false,
    })
    const context: CommandContext = { effects, stop: process.stop.signal, leave: process.leave.signal }
    const ended = (how: Ended['how'], code?: number, error?: ProvisionError): Ended => {
      this.#leaks.look([
        ...Object.entries({ ...written, error: `${error?.message} ${error?.hint}` }),
        ...this.contents,
        ['the table', JSON.stringify([...this.rows])],
      ])
      return {
        how,
        code,
        error,
        ...written,
        sent,
        writes: sent.filter(({ read }) => !read).map(({ operation }) => operation),
        refused,
        ledgerSites,
        took: this.time.now() - began,
      }
    }
    const options: TypedOptions = {
      config: `${folder}/provision.yaml`,
      environment: this.environment,
      ledger: this.store === 'dynamodb' ? 'dynamodb:ledgers' : undefined,
      yes: true,
    }
    const command = () => {
      if (name === 'up') return up(options, context)
      return name === 'teardown' ? teardown({ ...options, deleteData }, context) : name(options, context)
    }
    try {
      const code = await Promise.race([command(), process.death])
      return process.alive ? ended('exited', code as number) : ended('killed')
    } catch (error) {
      if (!process.alive || error instanceof Killed) return ended('killed')
      if (error instanceof ProvisionError) return ended('refused', undefined, error)
      throw error
    } finally {
      process.kill()
    }
  }

  /** What was wrong at some instant, whatever came of it. */
  get findings(): readonly string[] {
    return [...this.fence.findings, ...this.#leaks.findings]
  }

  /** The files that would be left if the power failed at this instant. */
  get onDisk(): ReadonlyMap<string, string> {
    return onDisk(this.contents, this.#unsynced)
  }

  /** What the ledger says at this instant; rejects where its bytes cannot be trusted. */
  ledger(contents: ReadonlyMap<string, string> = this.contents): Promise<LedgerContent | undefined> {
    const reader = new Process(0, this.time)
    const common = {
      clock: reader.clock(),
      random: seededRandom(0),
      host: { host: 'laptop', isAlive: () => false },
      expect: { stack: this.stack, environment: this.environment },
    }
    if (this.store === 'dynamodb')
      return dynamoLedger({ ...common, table: memoryTable({}, new Map(this.rows)) }).read()
    const files = disk(new Map(contents), new Map(), reader, { faults: [], on: () => undefined })
    return jsonLedger({ ...common, path: this.ledgerPath, files }).read()
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
    await this.meanwhile(async ({ ec2, opensearch, efs, autoscaling }) => {
      await ec2.describeInstances({})
      await ec2.describeNatGateways({})
      await ec2.describeVpcEndpoints({})
      await ec2.describeNetworkInterfaces({})
      await efs.describeFileSystems({})
      await autoscaling.describeAutoScalingGroups({})
      if (domains) await opensearch.describeDomains({ DomainNames: domains.map(({ name }) => name) })
    })
  }

  loseLedger(): void {
    this.rows.clear()
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
