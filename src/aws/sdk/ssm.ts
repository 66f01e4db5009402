export {
  SSMClient as Client,
  GetParameterCommand,
  PutParameterCommand,
  GetParametersCommand,
  DeleteParameterCommand,
  ListTagsForResourceCommand,
  AddTagsToResourceCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm'
