/** What is scaled: the number of tasks of an ECS service. */
export const desiredCount = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const
