import type { ServiceName } from '../aws/services.ts'
import type { SandboxService } from './service.ts'
import { autoscaling } from './autoscaling/index.ts'
import { ec2 } from './ec2/index.ts'
import { ecs } from './ecs/index.ts'
import { ecr } from './ecr.ts'
import { rds } from './rds.ts'
import { elasticache } from './elasticache.ts'
import { elbv2 } from './elbv2/index.ts'
import { efs } from './efs/index.ts'
import { iam } from './iam.ts'
import { s3 } from './s3/index.ts'
import { secretsmanager } from './secretsmanager.ts'
import { ssm } from './ssm.ts'
import { logs } from './logs/index.ts'
import { cloudwatch } from './cloudwatch/index.ts'
import { sns } from './sns/index.ts'
import { applicationAutoScaling } from './application-auto-scaling/index.ts'
import { opensearch } from './opensearch.ts'
import { serviceQuotas } from './service-quotas.ts'
import { sts } from './sts.ts'
import { tagging, taggingUsEast1 } from './tagging.ts'
import { route53 } from './route53/index.ts'
import { acm, acmUsEast1 } from './acm.ts'
import { cloudfront } from './cloudfront/index.ts'
import { wafv2 } from './wafv2.ts'

export const sandboxServices: { readonly [S in ServiceName]: SandboxService<S> } = {
  ec2,
  ecs,
  ecr,
  autoscaling,
  rds,
  elasticache,
  elbv2,
  efs,
  iam,
  logs,
  cloudwatch,
  s3,
  secretsmanager,
  ssm,
  sns,
  applicationAutoScaling,
  opensearch,
  sts,
  serviceQuotas,
  tagging,
  route53,
  acm,
  acmUsEast1,
  taggingUsEast1,
  cloudfront,
  wafv2,
}
