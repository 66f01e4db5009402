import { meaningOf } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { listRoles } from './list-roles.ts'

export interface ServiceLinkedRoleProps {
  /** The service's principal: `ecs.amazonaws.com`. */
  readonly serviceName: string
}

export interface ServiceLinkedRoleAttributes {
  readonly arn: string
}

/** AWS keeps the role for a service under a path of its own, so the role's name need not be known. */
const root = '/aws-service-role/'

export const serviceLinkedRole: Kind<ServiceLinkedRoleProps, ServiceLinkedRoleAttributes> = {
  type: 'iam/service-linked-role',
  label: 'service-linked role',
  ownership: 'shared',
  replaceOn: ['serviceName'],
  replacement: 'create-first',
  findBy: ['serviceName'],
  seconds: { create: 2, delete: 0 },

  read: async (requests, { aws }) => {
    // The list that looks for the stack's own roles, if need be, is the same call.
    const roles = await listRoles(aws, requests.every(({ attributes }) => attributes) ? root : undefined)
    return requests.map(({ attributes, props }) => {
      const found = roles.find(({ Arn, Path }) =>
        attributes ? Arn === attributes.arn : Path === pathOf(props.serviceName!),
      )
      if (!found) return undefined
      return {
        attributes: { arn: found.Arn! },
        props: { serviceName: found.Path!.slice(root.length, -1) },
        tags: undefined,
      }
    })
  },

  create: async ({ props: { serviceName } }, { aws }) => {
    try {
      const { Role } = await aws.iam.createServiceLinkedRole({ AWSServiceName: serviceName })
      return { arn: Role!.Arn! }
    } catch (error) {
      // The service itself or a neighbour has made it since we looked.
      if (meaningOf(error) !== 'exists') throw error
      const [made] = await listRoles(aws, pathOf(serviceName))
      if (!made) throw error
      return { arn: made.Arn! }
    }
  },

  // Every stack of the account uses it.
  delete: async () => {},
}

function pathOf(serviceName: string): string {
  return `${root}${serviceName}/`
}
