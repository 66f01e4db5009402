/**
 * The regions that every account has. All later ones are off until an account enables them:
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
 */
const enabledByDefault: ReadonlySet<string> = new Set([
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
])

/** True when an account has to enable the region before it can be used. China and GovCloud have accounts of their own. */
export function isOptIn(region: string): boolean {
  return !enabledByDefault.has(region) && !/^(cn|us-gov|us-iso)/.test(region)
}
