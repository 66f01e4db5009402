export { RDSClient as Client } from '@aws-sdk/client-rds'
