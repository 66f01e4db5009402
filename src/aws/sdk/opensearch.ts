export {
  OpenSearchClient as Client,
  CreateDomainCommand,
  DescribeDomainsCommand,
  UpdateDomainConfigCommand,
  DeleteDomainCommand,
  ListTagsCommand,
  AddTagsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-opensearch'
