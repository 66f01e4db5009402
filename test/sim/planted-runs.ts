import type * as Retry from '../../src/aws/retry.ts'
import type * as Errors from '../../src/aws/errors.ts'
import type * as Once from '../../src/engine/create-once.ts'
import type * as Absence from '../../src/engine/absence.ts'
import type * as Graph from '../../src/engine/graph.ts'
import type * as Walk from '../../src/engine/walk.ts'
import type * as Kinds from '../../src/kinds/index.ts'
import type * as MakePlan from '../../src/plan/make-plan.ts'
import type * as MakeTeardown from '../../src/plan/make-teardown.ts'
import { tagSpecification } from '../../src/aws/tags.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { PlantedBug } from './planted-bug.ts'
import { anonymous, at } from './planted-bug.ts'

let tokens = 0

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

/** Mistakes in how plans are made and carried out. */
export const runBugs: readonly PlantedBug[] = [
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
    name: 'a kind keeps all that AWS has answered, secrets too',
    ...kindWith('ec2/internet-gateway', () => ({
      create: async ({ tags }, { aws }) => {
        const { InternetGateway } = await aws.ec2.createInternetGateway({
          TagSpecifications: tagSpecification('internet-gateway', tags),
        })
        return { ...InternetGateway, internetGatewayId: InternetGateway!.InternetGatewayId }
      },
    })),
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
