import type { CORSRule, LifecycleRule as AwsLifecycleRule, TransitionStorageClass } from '@aws-sdk/client-s3'
import { sorted } from '../../resources/json.ts'

export interface LifecycleRule {
  /** Unique in the bucket. */
  readonly id: string
  /** The keys it applies to; empty for all of them. */
  readonly prefix: string
  readonly expireDays?: number | undefined
  /** Days after which a version that is no longer the newest goes. */
  readonly expireNoncurrentDays?: number | undefined
  readonly abortUploadDays?: number | undefined
  readonly transitions?: readonly Transition[] | undefined
}

export interface Transition {
  readonly days: number
  /** `STANDARD_IA`, `GLACIER`, … */
  readonly storageClass: string
}

export interface CorsRule {
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly string[]
  readonly allowedHeaders?: readonly string[] | undefined
  readonly exposeHeaders?: readonly string[] | undefined
  readonly maxAgeSeconds?: number | undefined
}

export function toLifecycle(rules: readonly LifecycleRule[]): AwsLifecycleRule[] {
  return rules.map(rule => ({
    ID: rule.id,
    Status: 'Enabled',
    Filter: { Prefix: rule.prefix },
    ...(rule.expireDays === undefined ? {} : { Expiration: { Days: rule.expireDays } }),
    ...(rule.expireNoncurrentDays === undefined
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: rule.expireNoncurrentDays } }),
    ...(rule.abortUploadDays === undefined
      ? {}
      : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortUploadDays } }),
    ...(rule.transitions?.length
      ? {
          Transitions: rule.transitions.map(({ days, storageClass }) => ({
            Days: days,
            StorageClass: storageClass as TransitionStorageClass,
          })),
        }
      : {}),
  }))
}

/** A rule that somebody has disabled counts as absent, and so differs from its declaration. */
export function fromLifecycle(rules: readonly AwsLifecycleRule[] = []): LifecycleRule[] {
  const enabled = rules.filter(({ Status }) => Status === 'Enabled')
  return sorted(
    enabled.map(rule => ({
      id: rule.ID ?? '',
      prefix: rule.Filter?.Prefix ?? rule.Prefix ?? '',
      expireDays: rule.Expiration?.Days,
      expireNoncurrentDays: rule.NoncurrentVersionExpiration?.NoncurrentDays,
      abortUploadDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
      ...(rule.Transitions?.length
        ? {
            transitions: sorted(
              rule.Transitions.map(({ Days = 0, StorageClass = '' }) => ({
                days: Days,
                storageClass: StorageClass,
              })),
            ),
          }
        : {}),
    })),
  )
}

export function toCors(rules: readonly CorsRule[]): CORSRule[] {
  return rules.map(rule => ({
    AllowedOrigins: [...rule.allowedOrigins],
    AllowedMethods: [...rule.allowedMethods],
    ...(rule.allowedHeaders?.length ? { AllowedHeaders: [...rule.allowedHeaders] } : {}),
    ...(rule.exposeHeaders?.length ? { ExposeHeaders: [...rule.exposeHeaders] } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { MaxAgeSeconds: rule.maxAgeSeconds }),
  }))
}

export function fromCors(rules: readonly CORSRule[] = []): CorsRule[] {
  return rules.map(rule => ({
    allowedOrigins: rule.AllowedOrigins ?? [],
    allowedMethods: rule.AllowedMethods ?? [],
    ...(rule.AllowedHeaders?.length ? { allowedHeaders: rule.AllowedHeaders } : {}),
    ...(rule.ExposeHeaders?.length ? { exposeHeaders: rule.ExposeHeaders } : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { maxAgeSeconds: rule.MaxAgeSeconds }),
  }))
}
