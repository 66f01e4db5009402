import type { KeyAlgorithm } from '@aws-sdk/client-acm'

/** ACM's list leaves out all but RSA 2048 unless it is told otherwise. */
export const everyKeyType: KeyAlgorithm[] = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
]
