import type { DistributionConfig, OriginAccessControlConfig } from '@aws-sdk/client-cloudfront'
import type { World } from '../world.ts'

export interface DistributionRow {
  readonly id: string
  readonly arn: string
  readonly domainName: string
  readonly created: number
  config: DistributionConfig
  etag: string
  /** When all of CloudFront's places have it. */
  deployedAt: number
}

export interface OriginAccessControlRow {
  readonly id: string
  readonly etag: string
  readonly config: OriginAccessControlConfig
}

export const distributions = (world: World) => world.table<DistributionRow>('cloudfront/distribution')
export const originAccessControls = (world: World) =>
  world.table<OriginAccessControlRow>('cloudfront/origin-access-control')
