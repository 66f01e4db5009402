import type { Command } from '@smithy/types'

/** The AWS services in use. Each file names the operations that kinds call, and is loaded when first called. */
export const services = {
  ec2: () => import('./sdk/ec2.ts'),
  ecs: () => import('./sdk/ecs.ts'),
  ecr: () => import('./sdk/ecr.ts'),
  autoscaling: () => import('./sdk/autoscaling.ts'),
  rds: () => import('./sdk/rds.ts'),
  elasticache: () => import('./sdk/elasticache.ts'),
  elbv2: () => import('./sdk/elbv2.ts'),
  efs: () => import('./sdk/efs.ts'),
  iam: () => import('./sdk/iam.ts'),
  logs: () => import('./sdk/logs.ts'),
  cloudwatch: () => import('./sdk/cloudwatch.ts'),
  sns: () => import('./sdk/sns.ts'),
  applicationAutoScaling: () => import('./sdk/application-auto-scaling.ts'),
  opensearch: () => import('./sdk/opensearch.ts'),
  sts: () => import('./sdk/sts.ts'),
  serviceQuotas: () => import('./sdk/service-quotas.ts'),
  s3: () => import('./sdk/s3.ts'),
  secretsmanager: () => import('./sdk/secretsmanager.ts'),
  ssm: () => import('./sdk/ssm.ts'),
  tagging: () => import('./sdk/tagging.ts'),
  route53: () => import('./sdk/route53.ts'),
  acm: () => import('./sdk/acm.ts'),
  cloudfront: () => import('./sdk/cloudfront.ts'),
  wafv2: () => import('./sdk/wafv2.ts'),
  acmUsEast1: () => import('./sdk/acm.ts'),
  taggingUsEast1: () => import('./sdk/tagging.ts'),
} as const

/**
 * Services that are asked in one region, whatever the stack's: CloudFront takes certificates and web ACLs from there
 * alone, and what has no region carries its tags there. Services without regions (IAM, Route 53, CloudFront) need no entry:
 * the SDK knows their one endpoint.
 */
export const homeRegion: Partial<Record<ServiceName, string>> = {
  acmUsEast1: 'us-east-1',
  taggingUsEast1: 'us-east-1',
}

/** A service's name in IAM policies, as in `ec2:CreateVpc`. */
export const actionPrefix: Record<ServiceName, string> = {
  ec2: 'ec2',
  ecs: 'ecs',
  ecr: 'ecr',
  autoscaling: 'autoscaling',
  rds: 'rds',
  elasticache: 'elasticache',
  elbv2: 'elasticloadbalancing',
  efs: 'elasticfilesystem',
  iam: 'iam',
  logs: 'logs',
  cloudwatch: 'cloudwatch',
  s3: 's3',
  secretsmanager: 'secretsmanager',
  ssm: 'ssm',
  sns: 'sns',
  applicationAutoScaling: 'application-autoscaling',
  opensearch: 'es',
  sts: 'sts',
  serviceQuotas: 'servicequotas',
  tagging: 'tag',
  route53: 'route53',
  acm: 'acm',
  acmUsEast1: 'acm',
  taggingUsEast1: 'tag',
  cloudfront: 'cloudfront',
  wafv2: 'wafv2',
}

export type ServiceName = keyof typeof services
export type ServiceModule<S extends ServiceName> = Awaited<ReturnType<(typeof services)[S]>>

/** `{ createVpc: (input) => Promise<output> }` for every `CreateVpcCommand` that a service file names. */
export type Operations<S extends ServiceName> = {
  readonly [
    Name in keyof ServiceModule<S> as Name extends `${infer Operation}Command`
      ? Uncapitalize<Operation>
      : never
  ]: ServiceModule<S>[Name] extends abstract new (
    ...args: never[]
  ) => Command<infer _ServiceInput, infer Input, infer _ServiceOutput, infer Output, infer _Configuration>
    ? (input: Input) => Promise<Output>
    : never
}
