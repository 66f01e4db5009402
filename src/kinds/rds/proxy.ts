import type { DBProxy } from '@aws-sdk/client-rds'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { retag } from './tags.ts'

export interface ProxyProps {
  readonly name: string
  readonly engineFamily: 'POSTGRESQL' | 'MYSQL'
  /** It reads the secret with this role. */
  readonly roleArn: string
  readonly secretArn: string
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly requireTls: boolean
}

export interface ProxyAttributes {
  readonly name: string
  readonly arn: string
  /** Where tasks connect. */
  readonly host: string
}

export const proxy: Kind<ProxyProps, ProxyAttributes> = {
  type: 'rds/proxy',
  label: 'database proxy',
  ownership: 'tags',
  replaceOn: ['name', 'engineFamily', 'subnetIds'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  readyAttributes: ['host'],
  findBy: ['name'],
  seconds: { create: 420, update: 60, delete: 600 },

  normalise: props => ({
    ...props,
    name: lowerCased(props.name),
    subnetIds: asSet(props.subnetIds),
    securityGroupIds: asSet(props.securityGroupIds),
  }),

  read: (requests, context) =>
    Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const one = await describe(lowerCased(attributes?.name ?? props.name!), context)
        if (!one) return undefined
        const listed =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(context.aws.rds.listTagsForResource({ ResourceName: one.DBProxyArn! }))
        if (!attributes && !listed) return undefined
        return {
          attributes: attributesOf(one),
          props: propsOf(one),
          tags: listed && fromTagList(listed.TagList),
          ...(one.Status === 'available' ? {} : { pending: one.Status }),
          ...(one.Status === 'deleting' ? { leaving: true as const } : {}),
        }
      }),
    ),

  create: async ({ props, tags }, { aws }) => {
    const { DBProxy } = await aws.rds.createDBProxy({
      DBProxyName: props.name,
      EngineFamily: props.engineFamily,
      RoleArn: props.roleArn,
      Auth: authOf(props),
      VpcSubnetIds: [...props.subnetIds],
      VpcSecurityGroupIds: [...props.securityGroupIds],
      RequireTLS: props.requireTls,
      Tags: tagList(tags),
    })
    return attributesOf(DBProxy!)
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    await aws.rds.modifyDBProxy({
      DBProxyName: attributes.name,
      ...(changed.includes('roleArn') ? { RoleArn: props.roleArn } : {}),
      ...(changed.includes('secretArn') ? { Auth: authOf(props) } : {}),
      ...(changed.includes('securityGroupIds') ? { SecurityGroups: [...props.securityGroupIds] } : {}),
      ...(changed.includes('requireTls') ? { RequireTLS: props.requireTls } : {}),
    })
    return attributes
  },

  retag: ({ arn }, change, context) => retag(arn, change, context),

  delete: async ({ attributes: { name } }, { aws }) => {
    await orAbsent(aws.rds.deleteDBProxy({ DBProxyName: name }))
  },

  ready: (attributes, context) =>
    Promise.all(
      attributes.map(async ({ name }) => {
        const one = await describe(name, context)
        const status = one?.Status ?? 'not visible yet'
        if (/^(incompatible-network|insufficient-resource-limits|deleting)$/.test(status))
          return { state: 'failed' as const, reason: status }
        return one && status === 'available'
          ? { state: 'ready' as const, attributes: attributesOf(one) }
          : { state: 'waiting' as const, status }
      }),
    ),

  gone: (attributes, context) =>
    Promise.all(
      attributes.map(async ({ name, arn }) => {
        const one = await describe(name, context)
        // Another proxy may have taken the name in the meantime.
        return one && one.DBProxyArn === arn
          ? { state: 'waiting' as const, status: one.Status ?? 'deleting' }
          : { state: 'gone' as const }
      }),
    ),
}

/** RDS takes one name or none, and an unknown one fails the call. */
async function describe(DBProxyName: string, { aws }: KindContext): Promise<DBProxy | undefined> {
  return (await orAbsent(aws.rds.describeDBProxies({ DBProxyName })))?.DBProxies?.[0]
}

function authOf({ secretArn }: ProxyProps) {
  return [{ AuthScheme: 'SECRETS' as const, SecretArn: secretArn, IAMAuth: 'DISABLED' as const }]
}

function attributesOf({ DBProxyName, DBProxyArn, Endpoint = '' }: DBProxy): ProxyAttributes {
  return { name: DBProxyName!, arn: DBProxyArn!, host: Endpoint }
}

function propsOf(one: DBProxy): ProxyProps {
  return {
    name: one.DBProxyName!,
    engineFamily: one.EngineFamily as ProxyProps['engineFamily'],
    roleArn: one.RoleArn ?? '',
    secretArn: one.Auth?.[0]?.SecretArn ?? '',
    subnetIds: sorted(one.VpcSubnetIds ?? []),
    securityGroupIds: sorted(one.VpcSecurityGroupIds ?? []),
    requireTls: one.RequireTLS ?? false,
  }
}
