import { aclRules } from './rules/acls.ts'
import { addressRules, subnetRules } from './rules/network.ts'
import { capacityRules } from './rules/capacity.ts'
import { cacheRules, databaseRules, fileSystemRules } from './rules/data.ts'
import { cdnRules } from './rules/cdn.ts'
import { domainRules, frontDoorRules } from './rules/domain.ts'
import { existingRules } from './rules/existing.ts'
import { instanceRules } from './rules/instances.ts'
import { deploymentRules } from './rules/deployment.ts'
import { nameRules, physicalNameRules } from './rules/names.ts'
import { observabilityRules } from './rules/observability.ts'
import { scalingRules } from './rules/scaling.ts'
import { afterRules, pathRules, serviceRules } from './rules/services.ts'
import { referenceRules, useRules } from './rules/references.ts'
import { bucketRules } from './rules/storage.ts'
import { variableRules } from './rules/variables.ts'
import type { Finding } from './problems.ts'
import type { StackConfig } from './schema/stack.ts'

/** What the schema cannot say: how one part of a config binds another. */
const rules: readonly ((config: StackConfig) => Finding[])[] = [
  existingRules,
  addressRules,
  subnetRules,
  aclRules,
  nameRules,
  physicalNameRules,
  databaseRules,
  cacheRules,
  fileSystemRules,
  bucketRules,
  domainRules,
  cdnRules,
  frontDoorRules,
  serviceRules,
  capacityRules,
  pathRules,
  scalingRules,
  observabilityRules,
  deploymentRules,
  useRules,
  instanceRules,
  variableRules,
  referenceRules,
  afterRules,
]

export function brokenRules(config: StackConfig): Finding[] {
  return rules.flatMap(rule => rule(config))
}
