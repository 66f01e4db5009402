import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
} from '@aws-sdk/client-ecs'
import { targetGroupAttached } from '../elbv2/target-group.ts'
import { sharesOf } from '../elbv2/weights.ts'
import { awsFault } from '../fault.ts'
import { assertRoleUsable } from '../iam.ts'
import type { World } from '../world.ts'
import { isOfAws } from './capacity-provider.ts'
import type { TaskDefinitionRow } from './task-definition.ts'

/** What tasks run on, whether it was said by a launch type or by capacity providers. */
export function launchTypeOf({
  launchType = 'EC2',
  capacityProviderStrategy = [],
}: {
  readonly launchType?: string | undefined
  readonly capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined
}): 'FARGATE' | 'EC2' {
  const [first] = capacityProviderStrategy
  const isFargate = first ? isOfAws(first.capacityProvider ?? '') : launchType === 'FARGATE'
  return isFargate ? 'FARGATE' : 'EC2'
}

export function assertStrategy(
  cluster: { readonly capacityProviders: readonly string[] },
  strategy: CapacityProviderStrategyItem[] = [],
): void {
  if (strategy.some(({ capacityProvider = '' }) => !cluster.capacityProviders.includes(capacityProvider)))
    refuse(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    )
}

export function assertLaunchable(revision: TaskDefinitionRow, launchType = 'EC2'): void {
  if (!revision.compatibilities?.some(one => one === launchType))
    refuse(`Task definition does not support launch_type ${launchType}.`)
}

export function assertNetwork(
  world: World,
  { networkMode }: TaskDefinitionRow,
  configuration: NetworkConfiguration | undefined,
  launchType: 'FARGATE' | 'EC2',
): void {
  const network = configuration?.awsvpcConfiguration
  if (networkMode !== 'awsvpc') {
    if (network)
      refuse(`Network Configuration is not valid for the given networkMode of this task definition.`)
    return
  }
  if (network?.assignPublicIp === 'ENABLED' && launchType === 'EC2')
    refuse('Assign public IP is not supported for this launch type.')
  if (!network?.subnets?.length)
    refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  assertOneVpc(world, network)
}

/** Tasks have all their subnets and security groups in one VPC. */
export function assertOneVpc(
  world: World,
  { subnets = [], securityGroups = [] }: Partial<AwsVpcConfiguration>,
): void {
  const vpcs = subnets.map(id => {
    const subnet = world.table<{ readonly vpcId: string }>('ec2/subnet').get(id)
    if (!subnet)
      refuse(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      )
    return subnet.vpcId
  })
  if (new Set(vpcs).size > 1) refuse('The subnets must all belong to the same VPC.')
  for (const id of securityGroups) {
    const group = world.table<{ readonly vpcId: string }>('ec2/security-group').get(id)
    if (!group)
      refuse(
        `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      )
    if (group.vpcId !== vpcs[0])
      refuse(`Security group ${id} does not appear to belong to the same VPC as the input subnets.`)
  }
}

/** What AWS refuses of load balancers, and of a strategy without what it moves traffic with. */
export function assertLoadBalancers(
  world: World,
  { containerDefinitions = [] }: TaskDefinitionRow,
  {
    loadBalancers = [],
    deploymentConfiguration: { strategy = 'ROLLING' },
  }: {
    readonly loadBalancers?: LoadBalancer[] | undefined
    readonly deploymentConfiguration: DeploymentConfiguration
  },
): void {
  for (const { targetGroupArn = '', containerName, containerPort, advancedConfiguration } of loadBalancers) {
    const container = containerDefinitions.find(({ name }) => name === containerName)
    if (!container) refuse(`The container ${containerName} does not exist in the task definition.`)
    if (!container.portMappings?.some(mapping => mapping.containerPort === containerPort))
      refuse(`The container ${containerName} did not have a container port ${containerPort} defined.`)
    const groups = [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn ?? targetGroupArn]
    const loose = groups.find(arn => !targetGroupAttached(world, arn))
    if (loose)
      refuse(`The target group with targetGroupArn ${loose} does not have an associated load balancer.`)
    if (strategy !== 'ROLLING') assertAdvanced(world, strategy, advancedConfiguration)
  }
}

function assertAdvanced(
  world: World,
  strategy: string,
  advanced: LoadBalancer['advancedConfiguration'],
): void {
  const { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn } = advanced ?? {}
  if (!alternateTargetGroupArn || !productionListenerRule || !roleArn)
    refuse(
      `The ${strategy} deployment strategy needs alternateTargetGroupArn, productionListenerRule and roleArn in advancedConfiguration.`,
    )
  for (const rule of [productionListenerRule, testListenerRule])
    if (rule && sharesOf(world, rule).length === 0) refuse(`The listener rule ${rule} was not found.`)
  assertRoleUsable(world, roleArn, `ECS was unable to assume the role '${roleArn}' that was provided.`)
}

function refuse(message: string): never {
  throw awsFault('InvalidParameterException', message)
}
