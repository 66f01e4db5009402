// The WAF operations that kinds call. Named one by one, so that the bundle leaves out the rest.
export {
  WAFV2Client as Client,
  CreateWebACLCommand,
  GetWebACLCommand,
  ListWebACLsCommand,
  UpdateWebACLCommand,
  DeleteWebACLCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  AssociateWebACLCommand,
  DisassociateWebACLCommand,
  GetWebACLForResourceCommand,
  ListResourcesForWebACLCommand,
} from '@aws-sdk/client-wafv2'
