import type { NetworkConfiguration } from '@aws-sdk/client-ecs'

interface Network {
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly assignPublicIp: boolean
}

/** Nothing for tasks that share the network of their instance. */
export function networkConfiguration(props: Network): { networkConfiguration?: NetworkConfiguration } {
  if (props.subnetIds.length === 0) return {}
  return {
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [...props.securityGroupIds],
        assignPublicIp: props.assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
  }
}
