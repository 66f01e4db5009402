// The Route 53 operations that kinds call. Named one by one, so that the bundle leaves out the rest.
export {
  Route53Client as Client,
  CreateHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  DeleteHostedZoneCommand,
  ListTagsForResourcesCommand,
  ChangeTagsForResourceCommand,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  GetChangeCommand,
} from '@aws-sdk/client-route-53'
