import {
  canReplace,
  fewestReplaceable,
  percentagesOf,
  roomFor,
  tasksText,
  wholeTasksText,
} from '../../resources/whole-tasks.ts'
import { deploymentOf } from '../deployment.ts'
import type { Finding } from '../problems.ts'
import type { ServiceConfig } from '../schema/stack.ts'
import { fewestTasks } from '../task-counts.ts'

/**
 * A rolling deployment for which the percentages leave no whole task to stop or start never ends. The fewer tasks, the
 * less the percentages leave, so the smallest number that the service can have decides.
 */
export function percentageFindings(
  service: Pick<ServiceConfig, 'deployment' | 'paths' | 'desiredCount' | 'scaling'>,
): Finding[] {
  const deployment = deploymentOf(service)
  if (deployment.strategy !== 'rolling') return []
  const percentages = percentagesOf(deployment)
  const path = ['maximumPercent']
  const enough = fewestReplaceable(percentages)
  if (enough === undefined)
    return [
      {
        path,
        message:
          'leaves no room at any number of tasks: minimumHealthyPercent 100 lets ECS stop none and maximumPercent 100 lets it start none, and AWS refuses that',
        fix: 'Set maximumPercent to 200, or minimumHealthyPercent to 0 (to 50 with two tasks or more).',
      },
    ]
  const fewest = fewestTasks(service)
  if (!fewest || canReplace(fewest.count, percentages)) return []
  const { count, from } = fewest
  const room = roomFor(count)
  const stopFirst =
    count === 1
      ? 'minimumHealthyPercent to 0, with which no task runs until the new one is healthy'
      : `minimumHealthyPercent to ${room.minimumHealthyPercent} or less`
  return [
    {
      path,
      message: `leaves no room: at ${tasksText(count)} (${from}), ${wholeTasksText(count, percentages)}: ECS can neither stop nor start one`,
      fix: `Set maximumPercent to ${room.maximumPercent}${count === 1 ? '' : ' or more'}, or ${stopFirst}, or never have fewer than ${tasksText(enough)}.`,
    },
  ]
}
