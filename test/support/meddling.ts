import { ecs } from '../../src/sandbox/ecs/index.ts'
import type { DeploymentRow } from '../../src/sandbox/ecs/rows.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { rows } from '../../src/sandbox/elbv2/rows.ts'
import { sharesOf } from '../../src/sandbox/elbv2/weights.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults, World } from '../../src/sandbox/world.ts'
import { onceDuringCalls } from './bystander.ts'

const named = (world: World, service: string) =>
  services(world)
    .list()
    .find(({ name }) => name === service)

/** Does this once, when a release of the service `api` is under way and has got as far. */
export function whenAt(
  stage: DeploymentRow['stage'],
  act: (world: World, deployment: DeploymentRow) => void,
): void {
  onceDuringCalls(world => {
    const deployment = named(world, 'api')?.deployments.find(({ status }) => status === 'IN_PROGRESS')
    if (deployment?.stage !== stage) return false
    act(world, deployment)
    return true
  })
}

/** Does this once, when the second target group of the service `api` has that percentage of its traffic. */
export function whenShare(percent: number, act: (world: World) => void): void {
  onceDuringCalls(world => {
    const [pair] = named(world, 'api')?.loadBalancers ?? []
    const { alternateTargetGroupArn, productionListenerRule = '' } = pair?.advancedConfiguration ?? {}
    const weight = sharesOf(world, productionListenerRule).find(
      ({ targetGroupArn }) => targetGroupArn === alternateTargetGroupArn,
    )?.weight
    if (weight !== percent) return false
    act(world)
    return true
  })
}

/** Changes the weights of the rule of the service `api`, as in the console. */
export function editWeights(world: World, weights: readonly number[]): void {
  const [pair] = named(world, 'api')!.loadBalancers
  const arn = pair!.advancedConfiguration!.productionListenerRule!
  const rule = rows(world, 'rule').get(arn)!
  const [action] = rule.actions
  const groups = action!.ForwardConfig!.TargetGroups!
  rule.actions = [
    {
      ...action!,
      ForwardConfig: { TargetGroups: groups.map((group, index) => ({ ...group, Weight: weights[index]! })) },
    },
  ]
}

/** Somebody else stops a release of the service `api` early. */
export function stopEarly(stopType: 'ROLLBACK' | 'ABORT'): void {
  whenAt(
    'SCALE_UP',
    (world, { arn }) => void ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType }, world),
  )
}

/** ECS refuses to change that service, after everything was looked at. */
export const refusing = (service: string): Faults => ({
  before: ({ operation, input }) => {
    if (operation === 'UpdateService' && (input as { service?: string }).service === service)
      throw awsFault('ClientException', 'no more of this')
  },
})
