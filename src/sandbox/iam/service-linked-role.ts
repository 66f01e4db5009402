import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { makeRole, roleExists, shownRole } from './role.ts'

/** The names AWS gives, by service. */
const names: Record<string, string> = {
  'ecs.amazonaws.com': 'AWSServiceRoleForECS',
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
  'autoscaling.amazonaws.com': 'AWSServiceRoleForAutoScaling',
  'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
  'rds.amazonaws.com': 'AWSServiceRoleForRDS',
  'ecs.application-autoscaling.amazonaws.com': 'AWSServiceRoleForApplicationAutoScaling_ECSService',
  'opensearchservice.amazonaws.com': 'AWSServiceRoleForAmazonOpenSearchService',
  'elasticache.amazonaws.com': 'AWSServiceRoleForElastiCache',
}

export const serviceLinkedRoleOperations = {
  createServiceLinkedRole: ({ AWSServiceName = '' }, world) => {
    const name = names[AWSServiceName]
    if (!name) throw invalidInput(`The service ${AWSServiceName} does not support service-linked roles.`)
    if (roleExists(world, name))
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      )
    const row = makeRole(world, {
      name,
      path: `/aws-service-role/${AWSServiceName}/`,
      trust: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: AWSServiceName }, Action: 'sts:AssumeRole' }],
      }),
      description: undefined,
    })
    return { Role: shownRole(row) }
  },
} satisfies Partial<SandboxService<'iam'>>

function invalidInput(message: string): Error {
  return awsFault('InvalidInputException', message, { code: 'InvalidInput' })
}
