import { services } from '../../src/aws/services.ts'
import type { CommandContext } from '../../src/commands/command.ts'
import { plan } from '../../src/commands/plan.ts'
import { rollout } from '../../src/commands/rollout.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { teardown } from '../../src/commands/teardown.ts'
import type { UpOptions } from '../../src/commands/up.ts'
import { up } from '../../src/commands/up.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { ProvisionError } from '../../src/errors.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { World } from '../../src/sandbox/world.ts'
import type { LedgerContent } from '../../src/state/entry.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import type { ClientRequest } from '../support/client.ts'
import { memoryFiles } from '../support/memory-files.ts'
import { tools } from '../support/rollouts.ts'
import type { Outage } from '../support/traffic-probe.ts'
import { TrafficProbe } from '../support/traffic-probe.ts'
import type { Document } from './document.ts'
import { fieldsOf, identityOf, textOf } from './document.ts'
import { machineFor } from './machine.ts'
import type { Ended, Moment, Planned, Typing } from './typing.ts'
import type { Write } from './wire.ts'
import { wiretapped } from './wire.ts'

const folder = '/project'
const configPath = `${folder}/provision.yaml`
const region = 'us-east-1'
const start = Date.UTC(2026, 0, 1)
/** Virtual milliseconds after which a command is told to stop, and then to leave: nothing in an example takes as long. */
const longest = 4 * 3600_000
const quarter = 900_000
/** For so long the traffic is watched after a command has ended. */
const aftermath = 300_000

type Command = (context: CommandContext) => Promise<number>

/** One stack, its project folder in memory, its embedded AWS, and the commands typed in it one after the other. */
export class LiveStack {
  readonly world: World
  readonly #clock: VirtualClock
  readonly #contents: Map<string, string>
  readonly #random
  #document: Document

  constructor(
    document: Document,
    { seed = 1, moment }: { readonly seed?: number; readonly moment?: Moment } = {},
  ) {
    this.#document = document
    this.#random = seededRandom(seed)
    this.#clock = new VirtualClock({ start: moment?.world.now ?? start })
    this.world = new World({
      clock: this.#clock,
      random: seededRandom(seed + 1),
      region,
      ...(moment ? { state: structuredClone(moment.world) } : {}),
    })
    this.#contents = new Map(moment?.files)
    this.#contents.set(configPath, textOf(document))
  }

  /** The stack of a config with its images pushed and its secrets set, and nothing left to do. */
  static async built(document: Document): Promise<LiveStack> {
    // Modules that are loaded on the way would take real time, and change the order of things.
    await Promise.all(Object.values(services).map(load => load()))
    const stack = new LiveStack(document)
    await stack.#mustEnd('the first up', stack.up())
    for (const name of Object.keys(fieldsOf(document['secrets'])))
      await stack.#mustEnd(`secret set ${name}`, stack.setSecret(name))
    stack.pushImages()
    await stack.#mustEnd('the second up', stack.up())
    await stack.#clock.sleep(aftermath)
    const { resources } = await stack.plan()
    if (resources.some(({ action }) => action !== 'none'))
      throw new Error('the plan of a whole stack is not empty')
    return stack
  }

  async #mustEnd(what: string, command: Promise<Ended>): Promise<void> {
    const { code, error, err } = await command
    if (code !== 0) throw new Error(`${what}: ${error?.message ?? ''} ${err}`)
  }

  get document(): Document {
    return this.#document
  }

  set document(document: Document) {
    this.#document = document
    this.#contents.set(configPath, textOf(document))
  }

  moment(): Moment {
    return { files: new Map(this.#contents), world: this.world.snapshot() }
  }

  /** The same folder and account as they are now, going their own way from here. */
  copy(seed: number): LiveStack {
    return new LiveStack(this.#document, { seed, moment: this.moment() })
  }

  /** What a pipeline does before it releases: every tag that the config names is in every repository that exists. */
  pushImages(): void {
    const tags = new Set(
      Object.values(fieldsOf(this.#document['services'])).map(service =>
        String(fieldsOf(service)['tag'] ?? 'latest'),
      ),
    )
    const images = this.world.table('ecr/image')
    for (const { name } of this.world.table<{ readonly name: string }>('ecr/repository').list())
      for (const tag of tags) if (!images.get(`${name}:${tag}`)) pushImage(this.world, name, tag)
  }

  /** Releases another image to every service that runs tasks, each by its own strategy. */
  async release(): Promise<void> {
    const images = this.world.table('ecr/image')
    for (const { name } of this.world.table<{ readonly name: string }>('ecr/repository').list())
      if (!images.get(`${name}:next`)) pushImage(this.world, name, 'next')
    for (const [service, config] of Object.entries(fieldsOf(this.#document['services']))) {
      const { image } = fieldsOf(config)
      const what =
        typeof image === 'string' ? { image: [image.replace(/:[^:]+$/, ':next')] } : { tag: 'next' }
      await this.#mustEnd(
        `rollout ${service}`,
        this.#type(context => rollout(service, { ...this.#options(), ...what }, context, tools), {}),
      )
    }
    await this.#clock.sleep(aftermath)
  }

  up({ allowInterruption, ...typing }: Typing & { readonly allowInterruption?: true } = {}): Promise<Ended> {
    const options: UpOptions & { readonly allowInterruption?: true | undefined } = {
      ...this.#options(),
      allowInterruption,
    }
    return this.#type(context => up(options, context), typing)
  }

  teardown(): Promise<Ended> {
    return this.#type(context => teardown({ ...this.#options(), deleteData: ['all'] }, context), {})
  }

  setSecret(name: string): Promise<Ended> {
    return this.#type(context => secretSet(name, this.#options(), context), { stdin: 'value' })
  }

  /** What `plan` would do; throws what `plan` throws. */
  async plan(): Promise<Planned> {
    const { out, error } = await this.#type(context => plan({ ...this.#options(), json: true }, context), {})
    if (error) throw error
    return JSON.parse(out) as Planned
  }

  /** Lets five minutes pass: what a command has set going may end traffic a little later. */
  async watch(requests: readonly ClientRequest[]): Promise<readonly Outage[]> {
    const over = new AbortController()
    const probe = new TrafficProbe(this.world, requests)
    if (requests.length > 0) void probe.watch(this.#clock, over.signal)
    await this.#clock.sleep(aftermath)
    over.abort()
    return probe.outages
  }

  async ledger(): Promise<LedgerContent | undefined> {
    const expect = identityOf(this.#document)
    const path = `${folder}/.provision/${expect.stack}-${expect.environment}.ledger.json`
    return jsonLedger({
      path,
      files: memoryFiles(this.#contents),
      clock: this.#clock,
      random: this.#random,
      host: { host: 'laptop', isAlive: () => false },
      expect,
    }).read()
  }

  now(): number {
    return this.#clock.now()
  }

  #options() {
    return { config: configPath, yes: true } as const
  }

  async #type(command: Command, { requests = [], deny, stdin = '' }: Typing): Promise<Ended> {
    const written = { out: '', err: '' }
    const writes: Write[] = []
    const stop = new AbortController()
    const leave = new AbortController()
    /** Aborted at the end of the command, so that no timer takes the clock further. */
    const over = new AbortController()
    const effects = machineFor({
      clock: this.#clock,
      random: this.#random,
      files: memoryFiles(this.#contents),
      aws: wiretapped(this.world, { writes, deny }),
      written,
      stdin,
      cwd: folder,
    })
    const probe = new TrafficProbe(this.world, requests)
    let endless = false
    const guard = async () => {
      await this.#clock.sleep(longest, over.signal)
      endless = true
      stop.abort()
      await this.#clock.sleep(quarter, over.signal)
      leave.abort()
      await this.#clock.sleep(quarter, over.signal)
      throw new Error('the command did not end when it was told to')
    }
    const ending = () => ({ ...written, writes, outages: probe.outages, endless })
    if (requests.length > 0) void probe.watch(this.#clock, over.signal)
    try {
      const code = await Promise.race([
        command({ effects, stop: stop.signal, leave: leave.signal }),
        guard().catch(error => (over.signal.aborted ? -1 : Promise.reject(error as Error))),
      ])
      return { code, error: undefined, ...ending() }
    } catch (error) {
      if (!(error instanceof ProvisionError)) throw error
      return { code: undefined, error, ...ending() }
    } finally {
      over.abort()
    }
  }
}
