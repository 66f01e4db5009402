import type * as Retry from '../../src/aws/retry.ts'
import type * as Errors from '../../src/aws/errors.ts'
import type * as Once from '../../src/engine/create-once.ts'
import type * as Absence from '../../src/engine/absence.ts'
import type * as Graph from '../../src/engine/graph.ts'
import type * as Walk from '../../src/engine/walk.ts'
import type * as Kinds from '../../src/kinds/index.ts'
import type * as MakePlan from '../../src/plan/make-plan.ts'
import type * as MakeTeardown from '../../src/plan/make-teardown.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Entry } from '../../src/state/entry.ts'
import type * as Terms from '../../src/state/dynamodb/terms.ts'
import type * as TableWriter from '../../src/state/dynamodb/writer.ts'
import type * as JsonLedger from '../../src/state/json/ledger.ts'
import type * as Lock from '../../src/state/json/lock.ts'
import type { LedgerWriter } from '../../src/state/ledger.ts'
import type { Case } from './exploration.ts'
import type * as Scenarios from './scenarios.ts'
import type { Store } from './universe.ts'

/** A mistake that someone could make in one module: what the module exports, and what it would export instead. */
export interface PlantedBug {
  readonly name: string
  /** Default: `file`. */
  readonly store?: Store
  /** Path in `src`. */
  readonly module: string
  plant(original: never): object
  /** Single faults that may show it, or a scenario that does. */
  readonly prey: ((one: Case) => boolean) | ((scenarios: typeof Scenarios) => Promise<readonly string[]>)[]
}

const at = (phase: Case['phase'], kind: RegExp, site = /./) => {
  return (one: Case) =>
    one.phase === phase && one.faults.every(fault => kind.test(fault.kind) && site.test(fault.at))
}
let tokens = 0
const anonymous = /^(CreateVpc|CreateInternetGateway|AllocateAddress)#/

/** A writer with other methods; its content is still its own. */
const changed = (writer: LedgerWriter, change: Partial<LedgerWriter>): LedgerWriter =>
  new Proxy(writer, {
    get: (target, name) => Reflect.get(name in change ? change : target, name) as unknown,
  })

/** A ledger whose writer is not what it should be. */
const writing = (change: (writer: LedgerWriter) => Partial<LedgerWriter>) => ({
  module: 'state/json/ledger.ts',
  plant: ({ jsonLedger }: typeof JsonLedger) => ({
    jsonLedger: (options: Parameters<typeof jsonLedger>[0]) => {
      const ledger = jsonLedger(options)
      const lock = async (...args: Parameters<typeof ledger.lock>) => {
        const writer = await ledger.lock(...args)
        return changed(writer, change(writer))
      }
      return { ...ledger, lock }
    },
  }),
})

/** A writer that does not write entries of one status. */
const forgetting = (status: Entry['status']) =>
  writing(writer => ({
    put: async (address, entry) => {
      if (entry?.status !== status) await writer.put(address, entry)
    },
  }))

/** A kind that is not what it should be. */
const kindWith = (type: string, change: (kind: AnyKind) => Partial<AnyKind>) => ({
  module: 'kinds/index.ts',
  plant: ({ kindOf }: typeof Kinds) => ({
    kindOf: (asked: string) => {
      const kind = kindOf(asked)
      return asked === type ? { ...kind, ...change(kind) } : kind
    },
  }),
})

/** An error that is taken for another. */
const mistaking = (from: Errors.Meaning, to: Errors.Meaning) => ({
  module: 'aws/errors.ts',
  plant: ({ meaningOf }: typeof Errors) => {
    const mistaken = (error: unknown) => {
      const meaning = meaningOf(error)
      return meaning === from ? to : meaning
    }
    const isNotFound = (error: unknown) => mistaken(error) === 'not-found'
    const orAbsent = <T>(call: Promise<T>) =>
      call.catch((error: unknown) => {
        if (isNotFound(error)) return undefined
        throw error
      })
    return { meaningOf: mistaken, isNotFound, orAbsent }
  },
})

export const plantedBugs: readonly PlantedBug[] = [
  { name: 'no intent before a creation', ...forgetting('creating'), prey: at('build', /throttled/) },
  { name: 'no intent before a deletion', ...forgetting('deleting'), prey: at('remove', /throttled/) },
  {
    name: 'a write that says it is done and is not',
    ...writing(writer => {
      const later: Parameters<LedgerWriter['put']>[] = []
      return {
        put: async (...write) => void later.push(write),
        release: async () => {
          for (const write of later) await writer.put(...write)
          await writer.release()
        },
      }
    }),
    prey: at('build', /throttled/),
  },
  {
    name: 'a disk that is full, and nobody cares',
    ...writing(writer => ({ put: (...write) => writer.put(...write).catch(() => undefined) })),
    prey: at('build', /disk (full|error)/),
  },
  {
    name: 'a lock that lets everyone in',
    module: 'state/json/lock.ts',
    plant: ({ fileLock }: typeof Lock) => ({
      fileLock: (options: Lock.LockOptions) => {
        const lock = fileLock(options)
        const take = (...args: Parameters<typeof lock.take>) => {
          options.files.remove(`${options.path}.lock`)
          return lock.take(...args)
        }
        return { ...lock, take }
      },
    }),
    prey: [scenarios => scenarios.twoRunners(1, 120_000)],
  },
  {
    name: 'a lock that outlives its dead holder',
    module: 'state/json/lock.ts',
    plant: ({ fileLock }: typeof Lock) => ({
      fileLock: (options: Lock.LockOptions) =>
        fileLock({ ...options, host: { ...options.host, isAlive: () => true } }),
    }),
    prey: at('build', /kill/),
  },
  {
    name: 'writes that only ask whether someone holds the lock',
    store: 'dynamodb',
    module: 'state/dynamodb/lock.ts',
    plant: () => ({ stillHeld: () => ({ held: true }) }),
    prey: at('takeover', /paused 90 s/),
  },
  {
    name: 'changes that ask no lease',
    store: 'dynamodb',
    module: 'state/dynamodb/writer.ts',
    plant: ({ tableWriter }: typeof TableWriter) => ({
      tableWriter: (options: Parameters<typeof tableWriter>[0]) =>
        changed(tableWriter(options), { guard: async () => undefined }),
    }),
    prey: at('takeover', /paused 90 s/, /table/),
  },
  {
    name: 'changes that may still be on their way when the lease is over',
    store: 'dynamodb',
    module: 'state/dynamodb/terms.ts',
    plant: ({ usualTerms }: typeof Terms) => ({ usualTerms: { ...usualTerms, call: 1000 } }),
    prey: at('takeover', /paused 40 s/, /table/),
  },
  {
    name: 'a heartbeat by the wall clock',
    store: 'dynamodb',
    module: 'state/dynamodb/terms.ts',
    plant: () => ({
      since: (moment: Terms.Moment, clock: { now(): number }) => clock.now() - moment.wall,
    }),
    prey: at('takeover', /clock set back/),
  },
  {
    name: 'an unclear creation is asked for again without a look',
    module: 'engine/create-once.ts',
    plant: ({ mayHaveHappened }: typeof Once) => ({
      createOnce: async ({ kind, request, context }: Parameters<typeof Once.createOnce>[0]) => {
        try {
          return (await kind.create(request, context)) as unknown
        } catch (error) {
          if (!mayHaveHappened(error)) throw error
          return (await kind.create(request, context)) as unknown
        }
      },
    }),
    prey: at('build', /response lost|500, carried out/, anonymous),
  },
  {
    name: 'calls that may have been carried out are sent again by the retries',
    module: 'aws/retry.ts',
    plant: ({ withRetries }: typeof Retry) => ({
      withRetries: <T>(attempt: () => Promise<T>, options: Retry.RetryOptions) =>
        withRetries(() => attempt().catch(() => attempt()), options),
    }),
    prey: at('build', /response lost|500, carried out/, anonymous),
  },
  {
    name: 'one look is enough to believe that something is gone',
    module: 'engine/absence.ts',
    plant: () => ({
      observeSurely: async (options: Parameters<typeof Absence.observeSurely>[0]) =>
        (await import('../../src/engine/observe.ts')).observe(options),
    }),
    prey: at('reread', /answers nothing/),
  },
  {
    name: 'an account that seems empty is believed to be',
    module: 'plan/disappearance.ts',
    plant: () => ({ massDisappearance: () => [] }),
    prey: [scenarios => scenarios.emptyAccount('up')],
  },
  {
    name: 'what has the right name is taken for ours',
    module: 'plan/ownership.ts',
    plant: () => ({ isOurs: () => true }),
    prey: [async scenarios => scenarios.twinOf('logs/log-group', await scenarios.strangers())],
  },
  {
    name: 'what came late is left where it is',
    module: 'engine/strays.ts',
    plant: () => ({ removeStrays: async () => undefined }),
    prey: at('build', /arrives 4 min late/, anonymous),
  },
  {
    name: 'things are made before what they refer to',
    module: 'engine/walk.ts',
    plant: ({ walk }: typeof Walk) => ({
      walk: (nodes: readonly Walk.WalkNode[], ...rest: [never, never]) =>
        walk(
          nodes.map(node => ({
            ...node,
            needs: node.needs.filter(need => need.slice(2) === node.id.slice(5)),
          })),
          ...rest,
        ),
    }),
    prey: at('build', /throttled/),
  },
  {
    name: 'Ctrl-C stops nothing',
    module: 'engine/walk.ts',
    plant: ({ walk }: typeof Walk) => ({
      walk: (nodes: readonly Walk.WalkNode[], visit: Parameters<typeof walk>[1]) => walk(nodes, visit),
    }),
    prey: at('build', /Ctrl-C/, /^(CreateVpc|AllocateAddress|CreateRole)#/),
  },
  {
    name: 'a teardown in no order',
    module: 'engine/graph.ts',
    plant: (original: typeof Graph) => ({ ...original, edgesOf: () => [] }),
    prey: [scenarios => scenarios.teardownInOrder()],
  },
  {
    name: 'what was begun is begun anew',
    module: 'plan/make-plan.ts',
    plant: ({ makePlan }: typeof MakePlan) => ({
      makePlan: (situation: Parameters<typeof makePlan>[0]) => {
        const plan = makePlan(situation)
        const decisions = plan.decisions.map(decision =>
          decision.action === 'resume' ? { ...decision, action: 'create' as const } : decision,
        )
        return { ...plan, decisions }
      },
    }),
    prey: at('build', /kill/),
  },
  {
    name: 'data goes without consent',
    module: 'plan/keep.ts',
    plant: () => ({ whyKept: () => undefined }),
    prey: [scenarios => scenarios.dataWithoutConsent()],
  },
  {
    name: 'no final snapshot',
    module: 'plan/make-teardown.ts',
    plant: ({ makeTeardown }: typeof MakeTeardown) => ({
      makeTeardown: (...args: Parameters<typeof makeTeardown>) => {
        const plan = makeTeardown(...args)
        return {
          ...plan,
          decisions: plan.decisions.map(decision =>
            Object.fromEntries(Object.entries(decision).filter(([name]) => name !== 'snapshot')),
          ),
        }
      },
    }),
    prey: [scenarios => scenarios.dataWithoutConsent()],
  },
  {
    name: 'a creation without tags',
    ...kindWith('ec2/vpc', kind => ({
      create: (request, context) => kind.create({ ...request, tags: {} }, context),
    })),
    prey: at('build', /response lost|kill when it is carried out/, /CreateVpc/),
  },
  {
    name: 'a creation without its token',
    ...kindWith('ec2/route-table', kind => ({
      create: (request, context) =>
        kind.create({ ...request, token: `${++tokens}`.padStart(32, '0') }, context),
    })),
    prey: at('build', /arrives 25 s late/, /CreateRouteTable/),
  },
  {
    name: 'throttling taken for a failure',
    ...mistaking('throttled', 'other'),
    prey: at('build', /throttled/),
  },
  {
    name: 'a denied read taken for absence',
    ...mistaking('denied', 'not-found'),
    prey: [scenarios => scenarios.deniedReads()],
  },
  {
    name: 'expired credentials taken for absence',
    ...mistaking('credentials', 'not-found'),
    prey: at('remove', /credentials expired/),
  },
  {
    name: 'a lost answer taken for a refusal',
    ...mistaking('maybe', 'other'),
    prey: at('build', /response lost/, anonymous),
  },
]
