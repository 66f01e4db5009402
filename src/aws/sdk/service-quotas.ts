export { ServiceQuotasClient as Client, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas'
