// The CloudFront operations that kinds call. Named one by one, so that the bundle leaves out the rest.
export {
  CloudFrontClient as Client,
  CreateDistributionWithTagsCommand,
  GetDistributionCommand,
  ListDistributionsCommand,
  UpdateDistributionCommand,
  DeleteDistributionCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  CreateOriginAccessControlCommand,
  GetOriginAccessControlCommand,
  ListOriginAccessControlsCommand,
  DeleteOriginAccessControlCommand,
} from '@aws-sdk/client-cloudfront'
