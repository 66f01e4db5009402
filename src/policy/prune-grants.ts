import type { Scope } from './grants.ts'
import { arnsOfType } from './arns.ts'
import { here } from './kind-actions.ts'
import type { Grant } from './statement.ts'

/** What `prune` needs: it looks at all that ECS runs in the account, and deletes only in what is the stack's. */
export function pruneGrants(scope: Scope): Grant[] {
  const at = (pattern: string, type: string) => arnsOfType(type, pattern, scope)
  return [
    {
      purpose: 'Read',
      actions: [
        'ecs:DescribeServices',
        'ecs:DescribeTaskDefinition',
        'ecs:DescribeTasks',
        'ecs:ListClusters',
        'ecs:ListServices',
        'ecs:ListTaskDefinitions',
        'ecs:ListTasks',
      ],
      resources: ['*'],
    },
    // AWS takes no resource for this one.
    { purpose: 'Anywhere', actions: ['ecs:DeregisterTaskDefinition'], resources: ['*'] },
    {
      purpose: 'Own',
      actions: ['ecs:DeleteTaskDefinitions'],
      resources: at(here('ecs', 'task-definition/{name}:*'), 'ecs/task-definition'),
    },
    {
      purpose: 'Own',
      actions: [
        'ecr:BatchDeleteImage',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:ListImages',
        'ecr:PutImage',
      ],
      resources: at(here('ecr', 'repository/{name}'), 'ecr/repository'),
    },
  ]
}
