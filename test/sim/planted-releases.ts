import type { Aws } from '../../src/aws/aws.ts'
import type * as Start from '../../src/rollout/start.ts'
import type * as Yielding from '../../src/plan/yielding.ts'
import type * as Settle from '../../src/rollout/settle.ts'
import type { PlantedBug } from './planted-bug.ts'
import { at } from './planted-bug.ts'

/** Sends an update of a service again when the answer to the first one was lost. */
const askingTwice = (aws: Aws): Aws => ({
  ...aws,
  ecs: new Proxy(aws.ecs, {
    get: (ecs, name) =>
      name === 'updateService'
        ? (input: Parameters<typeof ecs.updateService>[0]) =>
            ecs.updateService(input).catch(() => ecs.updateService(input))
        : (Reflect.get(ecs, name) as unknown),
  }),
})

/** Mistakes in releases, and in what `up` does after them. */
export const releaseBugs: readonly PlantedBug[] = [
  {
    name: 'an unclear release is told to ECS again without a look',
    lives: 'releases',
    module: 'rollout/start.ts',
    plant: ({ begin }: typeof Start) => ({
      begin: (wish: Start.Begin, environment: Parameters<typeof begin>[1]) =>
        begin(wish, { ...environment, aws: askingTwice(environment.aws) }),
    }),
    prey: at('blue-green', /response lost|500, carried out/, /^UpdateService#0/),
  },
  {
    name: 'weights that a release has set are set back by up',
    lives: 'releases',
    module: 'plan/yielding.ts',
    plant: () => ({ yielding: (...[, wish]: Parameters<typeof Yielding.yielding>) => wish }),
    prey: at('blue-green', /request lost/),
  },
  {
    name: 'what a dead run has left is never asked for',
    lives: 'releases',
    module: 'rollout/settle.ts',
    plant: () => ({
      settled: async (...[releases]: Parameters<typeof Settle.settled>) => releases,
    }),
    prey: at('rolling', /kill before/, /disk|^ListServiceDeployments#1/),
  },
  {
    name: 'autoscaling that a dead run has suspended is never restored',
    lives: 'releases',
    module: 'rollout/left-suspended.ts',
    plant: () => ({ leftSuspended: async () => [] }),
    prey: at('blue-green', /kill/, /^RegisterScalableTarget#1$/),
  },
]
