import type { StackConfig } from '../config/schema/stack.ts'
import { copied, text } from '../resources/reference.ts'
import type { Input } from '../resources/reference.ts'
import type { Bucket } from './buckets.ts'
import { validatedCertificate } from './certificate.ts'
import type { Data } from './data.ts'
import type { Declare } from './declare.ts'
import type { Domain } from './domain.ts'
import type { Names } from './names.ts'

/** CloudFront takes certificates from here alone. */
const certificateRegion = 'us-east-1'

/** The data with the addresses under which the world may read buckets: CloudFront's, each before one bucket. */
export function behindCdn(
  declare: Declare,
  config: StackConfig,
  data: Data,
  domain: Domain | undefined,
  names: Names,
): Data {
  const named = Object.values(config.buckets).some(({ cdn }) => cdn?.alias !== undefined)
  const certificateArn = named && domain ? certificateFor(declare, config, domain) : undefined
  const buckets = [...data.buckets].map(([name, bucket]): [string, Bucket] => {
    const url = distribution(declare, config, { name, bucket, domain, certificateArn }, names)
    return [name, url === undefined ? bucket : { ...bucket, url }]
  })
  return { ...data, buckets: new Map(buckets) }
}

interface Origin {
  readonly name: string
  readonly bucket: Bucket
  readonly domain: Domain | undefined
  readonly certificateArn: Input<string> | undefined
}

function distribution(
  declare: Declare,
  { stack, environment, buckets }: StackConfig,
  { name, bucket: { bucket }, domain, certificateArn }: Origin,
  names: Names,
): Input<string> | undefined {
  const { cdn } = buckets[name]!
  if (!cdn) return undefined
  const { alias, defaultRootObject, priceClass } = cdn
  const host = alias === undefined || !domain ? undefined : `${alias}.${domain.config.name}`
  const origin = `buckets.${name}.cdn`
  const physical = names.ofStack(name, 'originAccessControl')
  const access = declare(
    `cdn/${name}.access`,
    'cloudfront/origin-access-control',
    { name: physical, description: `${stack}/${environment}` },
    { name: physical, origin },
  )
  const made = declare(
    `cdn/${name}`,
    'cloudfront/distribution',
    {
      originDomainName: copied(bucket.out.domainName),
      originAccessControlId: access.out.id,
      aliases: host === undefined ? [] : [host],
      certificateArn: host === undefined ? undefined : certificateArn,
      defaultRootObject,
      priceClass: priceClass === 'all' ? 'PriceClass_All' : `PriceClass_${priceClass}`,
      comment: physical,
    },
    { name: physical, origin },
  )
  declare(
    `cdn/${name}.bucket-policy`,
    's3/bucket-policy',
    { bucket: bucket.out.bucket, policy: readableBy(copied(made.out.arn), copied(bucket.out.arn)) },
    { origin },
  )
  if (host !== undefined && domain)
    for (const type of ['A', 'AAAA'] as const)
      declare(
        `domain/cdn.${name}-${type.toLowerCase()}`,
        'route53/record-set',
        {
          zoneId: domain.zoneId,
          ...(domain.zone ? {} : { inSharedZone: true }),
          name: host,
          type,
          alias: {
            dnsName: copied(made.out.domainName),
            zoneId: copied(made.out.hostedZoneId),
            // CloudFront is always there, and Route 53 refuses to look.
            evaluateTargetHealth: false,
          },
        },
        { name: host, origin },
      )
  return host === undefined ? text`https://${made.out.domainName}` : `https://${host}`
}

/** The load balancer's certificate where it can be used, else one of CloudFront's own. */
function certificateFor(
  declare: Declare,
  { region }: StackConfig,
  { config, zoneId, zone, certificateArn }: Domain,
): Input<string> {
  if (region === certificateRegion && certificateArn !== undefined) return certificateArn
  return validatedCertificate(declare, config, zoneId, zone, {
    prefix: 'cdn-',
    ...(region === certificateRegion ? {} : { region: certificateRegion }),
  })
}

function readableBy(distributionArn: Input<string>, bucketArn: Input<string>) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'CloudFront',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: text`${bucketArn}/*`,
        Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } },
      },
    ],
  }
}
