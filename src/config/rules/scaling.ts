import type { Finding } from '../problems.ts'
import type { ScalingConfig } from '../schema/scaling.ts'
import type { ServiceConfig, StackConfig } from '../schema/stack.ts'

/** Bounds in order, and something to scale by. */
export function scalingRules({ services }: StackConfig): Finding[] {
  return Object.entries(services).flatMap(([service, config]) =>
    config.scaling
      ? findingsOf(config.scaling, config).map(finding => ({
          ...finding,
          path: ['services', service, 'scaling', ...finding.path],
        }))
      : [],
  )
}

function findingsOf(scaling: ScalingConfig, { paths }: ServiceConfig): Finding[] {
  const { min, max, cpu, memory, requests, schedules } = scaling
  const findings: Finding[] = []
  const byMetric = [cpu, memory, requests].some(target => target !== undefined)
  const bySchedule = Object.keys(schedules).length > 0
  if (min > max)
    findings.push({
      path: ['min'],
      message: `${min} is more than max, ${max}`,
      fix: 'Lower min or raise max.',
    })
  if (!byMetric && !bySchedule)
    findings.push({
      path: [],
      message: 'says nothing to scale by',
      fix: 'Add cpu, memory, requests or schedules.',
      atKey: true,
    })
  if (min === 0 && !bySchedule)
    findings.push({
      path: ['min'],
      message: 'would leave no task whose load could start another',
      fix: 'Use 1 or more, or add schedules.',
    })
  if (requests !== undefined && !paths)
    findings.push({
      path: ['requests'],
      message: 'needs requests from the load balancer, and the service has no paths',
      fix: 'Add `paths`, or scale by cpu or memory.',
    })
  for (const [name, schedule] of Object.entries(schedules)) {
    const path = ['schedules', name]
    if (schedule.min === undefined && schedule.max === undefined)
      findings.push({ path, message: 'sets no bound', fix: 'Add min, max or both.' })
    else if ((schedule.min ?? 0) > (schedule.max ?? Infinity))
      findings.push({
        path: [...path, 'min'],
        message: `${schedule.min} is more than max, ${schedule.max}`,
        fix: 'Lower min or raise max.',
      })
  }
  return findings
}
