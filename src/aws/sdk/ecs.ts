export { ECSClient as Client } from '@aws-sdk/client-ecs'
