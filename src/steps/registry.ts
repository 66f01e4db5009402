import type { RepositoryConfig, StackConfig } from '../config/schema/stack.ts'
import type { Declare, Handle } from './declare.ts'
import { inUseRule } from '../kinds/ecr/lifecycle.ts'
import { repositoryNameOf } from './names.ts'

export interface Repository {
  readonly repository: Handle<'ecr/repository'>
  readonly repositoryName: string
}

export type Registry = ReadonlyMap<string, Repository>

export function registry(declare: Declare, config: StackConfig): Registry {
  return new Map(
    Object.entries(config.repositories).map(
      ([name, { scanOnPush, immutableTags, encryption, keepImages, lifecycle }]) => {
        const repositoryName = repositoryNameOf(config, name)
        const repository = declare(
          `registry/${name}`,
          'ecr/repository',
          {
            repositoryName,
            scanOnPush,
            imageTagMutability:
              immutableTags === undefined ? undefined : immutableTags ? 'IMMUTABLE' : 'MUTABLE',
            encryption,
            lifecyclePolicy: policyOf({ ...lifecycle, keepImages }),
          },
          { name: repositoryName, origin: `repositories.${name}` },
        )
        return [name, { repository, repositoryName }]
      },
    ),
  )
}

interface Keeping extends NonNullable<RepositoryConfig['lifecycle']> {
  readonly keepImages: number | undefined
}

/**
 * ECR applies the rule of the lowest number first; that for any image has to come last. Where nothing expires, nothing has
 * to be protected either.
 */
function policyOf({ keepTagged, expireUntaggedDays, keepImages }: Keeping) {
  const selections = [
    ...(keepTagged
      ? [
          {
            description: `Keep the newest ${keepTagged.count} images tagged ${keepTagged.prefix}…`,
            selection: {
              tagStatus: 'tagged',
              tagPrefixList: [keepTagged.prefix],
              countType: 'imageCountMoreThan',
              countNumber: keepTagged.count,
            },
          },
        ]
      : []),
    ...(expireUntaggedDays === undefined
      ? []
      : [
          {
            description: `Remove untagged images after ${expireUntaggedDays} days`,
            selection: {
              tagStatus: 'untagged',
              countType: 'sinceImagePushed',
              countUnit: 'days',
              countNumber: expireUntaggedDays,
            },
          },
        ]),
    ...(keepImages === undefined
      ? []
      : [
          {
            description: `Keep the newest ${keepImages} images`,
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keepImages },
          },
        ]),
  ]
  if (selections.length === 0) return undefined
  return {
    rules: [inUseRule, ...selections].map((rule, index) => ({
      rulePriority: index + 1,
      ...rule,
      action: { type: 'expire' },
    })),
  }
}
