export {
  SecretsManagerClient as Client,
  CreateSecretCommand,
  DescribeSecretCommand,
  UpdateSecretCommand,
  PutSecretValueCommand,
  GetSecretValueCommand,
  GetRandomPasswordCommand,
  DeleteSecretCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
