export {
  SSMClient as Client,
  GetParameterCommand,
  PutParameterCommand,
  GetParametersCommand,
  DescribeParametersCommand,
  DeleteParameterCommand,
  ListTagsForResourceCommand,
  AddTagsToResourceCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm'
