import type { OriginAccessControlSummary } from '@aws-sdk/client-cloudfront'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'

export interface OriginAccessControlProps {
  /** Unique in the account. */
  readonly name: string
  /** Says whose it is: CloudFront gives it no tags. */
  readonly description: string
}

export interface OriginAccessControlAttributes {
  readonly id: string
}

/** How CloudFront signs what it asks a private bucket for. */
export const originAccessControl: Kind<OriginAccessControlProps, OriginAccessControlAttributes> = {
  type: 'cloudfront/origin-access-control',
  label: 'origin access control',
  ownership: 'parent',
  replaceOn: ['name', 'description'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },

  proves: (wish, found) => wish.description === found.description,

  read: async (requests, { aws }) => {
    const listed = requests.some(({ attributes }) => !attributes) ? await list(aws) : []
    return Promise.all(
      requests.map(async ({ attributes, props }) => {
        const id = attributes?.id ?? listed.find(({ Name }) => Name === props.name)?.Id
        const found = id ? await orAbsent(aws.cloudfront.getOriginAccessControl({ Id: id })) : undefined
        const config = found?.OriginAccessControl?.OriginAccessControlConfig
        if (!id || !config) return undefined
        return {
          attributes: { id },
          props: { name: config.Name ?? '', description: config.Description ?? '' },
          tags: undefined,
        }
      }),
    )
  },

  create: async ({ props }, { aws }) => {
    const { OriginAccessControl } = await aws.cloudfront.createOriginAccessControl({
      OriginAccessControlConfig: {
        Name: props.name,
        Description: props.description,
        SigningProtocol: 'sigv4',
        SigningBehavior: 'always',
        OriginAccessControlOriginType: 's3',
      },
    })
    return { id: OriginAccessControl!.Id! }
  },

  delete: async ({ attributes: { id: Id } }, { aws }) => {
    const found = await orAbsent(aws.cloudfront.getOriginAccessControl({ Id }))
    if (found) await orAbsent(aws.cloudfront.deleteOriginAccessControl({ Id, IfMatch: found.ETag }))
  },
}

function list(aws: Aws): Promise<OriginAccessControlSummary[]> {
  return allPages(async Marker => {
    const { OriginAccessControlList } = await aws.cloudfront.listOriginAccessControls({ Marker })
    return { rows: OriginAccessControlList?.Items, next: OriginAccessControlList?.NextMarker }
  })
}
