import type { StackConfig } from '../config/schema/stack.ts'
import type { Declare, Handle } from './declare.ts'
import { repositoryNameOf } from './names.ts'

export interface Repository {
  readonly repository: Handle<'ecr/repository'>
  readonly repositoryName: string
}

export type Registry = ReadonlyMap<string, Repository>

export function registry(declare: Declare, config: StackConfig): Registry {
  return new Map(
    Object.entries(config.repositories).map(([name, { scanOnPush, immutableTags, keepImages }]) => {
      const repositoryName = repositoryNameOf(config, name)
      const repository = declare(
        `registry/${name}`,
        'ecr/repository',
        {
          repositoryName,
          scanOnPush,
          imageTagMutability:
            immutableTags === undefined ? undefined : immutableTags ? 'IMMUTABLE' : 'MUTABLE',
          lifecyclePolicy: keepImages === undefined ? undefined : keepNewest(keepImages),
        },
        { name: repositoryName, origin: `repositories.${name}` },
      )
      return [name, { repository, repositoryName }]
    }),
  )
}

function keepNewest(countNumber: number) {
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Keep the newest ${countNumber} images`,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber },
        action: { type: 'expire' },
      },
    ],
  }
}
