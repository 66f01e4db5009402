import type { DistributionConfig, Origin } from '@aws-sdk/client-cloudfront'
import { sorted } from '../../resources/json.ts'

export interface DistributionProps {
  /** Of a bucket, in its region: `media.s3.us-east-1.amazonaws.com`. */
  readonly originDomainName: string
  readonly originAccessControlId: string
  /** Names of our own that it answers to; `certificateArn` covers them. */
  readonly aliases: readonly string[]
  /** Of an ACM certificate in us-east-1. Null: CloudFront's own, which covers none of our names. */
  readonly certificateArn?: string | null | undefined
  /** What `/` stands for. */
  readonly defaultRootObject: string
  /** From which of CloudFront's places it is served. */
  readonly priceClass: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All'
  /** By which it is found again. */
  readonly comment: string
}

const originId = 'bucket'

/** AWS's own policy for static files: `CachingOptimized`. The same in every account. */
const cachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'

/** What a new distribution is made of. */
export function configOf(props: DistributionProps, CallerReference: string): DistributionConfig {
  const readOnly = { Quantity: 2, Items: ['GET', 'HEAD'] as ('GET' | 'HEAD')[] }
  return {
    CallerReference,
    Enabled: true,
    IsIPV6Enabled: true,
    HttpVersion: 'http2and3',
    DefaultCacheBehavior: {
      TargetOriginId: originId,
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: cachePolicyId,
      Compress: true,
      AllowedMethods: { ...readOnly, CachedMethods: readOnly },
    },
    ...declaredIn(props),
  }
}

/**
 * The changed distribution: what cannot be declared stays as AWS has it. UpdateDistribution replaces the whole
 * configuration and refuses an origin that lacks what AWS itself has filled in (headers, path, timeouts):
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
 */
export function changed(before: DistributionConfig, props: DistributionProps): DistributionConfig {
  const { Origins, ViewerCertificate, ...declared } = declaredIn(props)
  const [origin, ...others] = before.Origins?.Items ?? []
  const [ours] = Origins.Items
  const Items = [{ ...origin, ...ours, Id: origin?.Id ?? ours!.Id }, ...others] as Origin[]
  const certificate = before.ViewerCertificate
  const isSameCertificate = (certificate?.ACMCertificateArn ?? null) === (props.certificateArn ?? null)
  return {
    ...before,
    ...declared,
    Origins: { Quantity: Items.length, Items },
    ViewerCertificate: certificate && isSameCertificate ? certificate : ViewerCertificate,
  }
}

export function propsIn(config: DistributionConfig): DistributionProps {
  const origin = config.Origins?.Items?.[0]
  return {
    originDomainName: origin?.DomainName ?? '',
    originAccessControlId: origin?.OriginAccessControlId ?? '',
    aliases: sorted(config.Aliases?.Items ?? []),
    certificateArn: config.ViewerCertificate?.ACMCertificateArn ?? null,
    defaultRootObject: config.DefaultRootObject ?? '',
    priceClass: (config.PriceClass ?? 'PriceClass_All') as DistributionProps['priceClass'],
    comment: config.Comment ?? '',
  }
}

function declaredIn(props: DistributionProps) {
  const { originDomainName, originAccessControlId, aliases, certificateArn } = props
  return {
    Comment: props.comment,
    DefaultRootObject: props.defaultRootObject,
    PriceClass: props.priceClass,
    Aliases: { Quantity: aliases.length, Items: [...aliases] },
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: originId,
          DomainName: originDomainName,
          OriginAccessControlId: originAccessControlId,
          // The older way of access, which AWS wants to be named and empty.
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
    },
    ViewerCertificate:
      certificateArn == null
        ? { CloudFrontDefaultCertificate: true }
        : {
            ACMCertificateArn: certificateArn,
            SSLSupportMethod: 'sni-only' as const,
            MinimumProtocolVersion: 'TLSv1.2_2021' as const,
          },
  }
}
