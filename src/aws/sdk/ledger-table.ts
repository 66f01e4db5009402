// What the ledger in DynamoDB calls. Not among `services`: those are the stack's, with its limits, guard and sandbox.
export {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
export type { AttributeValue, TableDescription, TransactWriteItem } from '@aws-sdk/client-dynamodb'
