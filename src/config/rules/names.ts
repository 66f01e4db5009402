import {
  bucketNameOf,
  cacheNameOf,
  databaseIdentifierOf,
  extraLogGroupNameOf,
  logGroupNameOf,
  parameterNameOf,
  repositoryNameOf,
  secretNameOf,
  serviceNameOf,
  topicNameOf,
} from '../../steps/names.ts'
import type { Finding } from '../problems.ts'
import type { StackConfig } from '../schema/stack.ts'

/** `uses`, `${…}` and addresses know things by name alone, so a name can stand for one thing only. */
export function nameRules(config: StackConfig): Finding[] {
  const { databases, caches, fileSystems, buckets, secrets, parameters, instances, services } = config
  const sections = { databases, caches, fileSystems, buckets, secrets, parameters, instances, services }
  const seen = new Map<string, string>(reserved.map(name => [name, 'a part of every stack']))
  return Object.entries(sections).flatMap(([section, things]) =>
    Object.keys(things).flatMap(name => {
      const taken = seen.get(name)
      seen.set(name, `a name under ${section}`)
      return taken
        ? [
            {
              path: [section, name],
              message: `"${name}" is already ${taken}`,
              fix: 'Use another name.',
              atKey: true,
            },
          ]
        : []
    }),
  )
}

// The security groups that stand beside those of databases, caches and file systems.
const reserved = ['alb', 'ecs', 'search', 'hosts', 'endpoints']

/** No two things get the same name in AWS. */
export function physicalNameRules(config: StackConfig): Finding[] {
  return [
    ...namesakes(config, 'databases', 'RDS', databaseIdentifierOf),
    ...namesakes(config, 'caches', 'ElastiCache', cacheNameOf),
    // The account, which only AWS knows, ends every default name alike.
    ...namesakes(config, 'buckets', 'S3', (config, name) => bucketNameOf(config, name, '')),
    ...namesakes(config, 'secrets', 'Secrets Manager', secretNameOf),
    ...namesakes(config, 'parameters', 'SSM', parameterNameOf),
    ...secureStringFindings(config),
    ...namesakes(config, 'repositories', 'ECR', repositoryNameOf),
    ...namesakes(config, 'services', 'ECS', serviceNameOf),
    ...namesakes(config, 'services', 'CloudWatch Logs', logGroupNameOf),
    ...namesakes(config, 'logGroups', 'CloudWatch Logs', extraLogGroupNameOf),
    ...namesakes(config, 'notifications', 'SNS', topicNameOf),
  ]
}

function namesakes(
  config: StackConfig,
  section:
    | 'logGroups'
    | 'notifications'
    | 'databases'
    | 'caches'
    | 'buckets'
    | 'secrets'
    | 'parameters'
    | 'repositories'
    | 'services',
  where: string,
  nameOf: (config: StackConfig, name: string) => string,
): Finding[] {
  const first = new Map<string, string>()
  return Object.keys(config[section]).flatMap(name => {
    const physical = nameOf(config, name)
    const holder = first.get(physical)
    first.set(physical, holder ?? name)
    return holder === undefined
      ? []
      : [
          {
            path: [section, name],
            message: `would be called "${physical}" in ${where}, as ${section}.${holder} is`,
            fix: 'Give one of them another name.',
            atKey: true,
          },
        ]
  })
}

/** What SSM asks of a secret that it keeps. */
function secureStringFindings(config: StackConfig): Finding[] {
  const taken = new Map(Object.keys(config.parameters).map(name => [parameterNameOf(config, name), name]))
  return Object.entries(config.secrets).flatMap(([name, secret]): Finding[] => {
    if (secret.store !== 'parameter-store') return []
    const path = ['secrets', name]
    const findings: Finding[] = []
    if (secret.name !== undefined && !/^\/(?!aws\/|ssm\/)[\w./-]+$/i.test(secret.name))
      findings.push({
        path: [...path, 'name'],
        message: `${secret.name} is not a name that SSM takes`,
        fix: 'Write it like /shop/database-url.',
      })
    const other = taken.get(secretNameOf(config, name))
    if (other !== undefined)
      findings.push({
        path,
        message: `has the name of parameters.${other} in SSM`,
        fix: 'Give it a name of its own.',
      })
    if (secret.description !== undefined)
      findings.push({
        path: [...path, 'description'],
        message: 'SSM takes one together with a value only',
        fix: 'Remove it, or keep the secret in secrets-manager.',
        atKey: true,
      })
    return findings
  })
}
