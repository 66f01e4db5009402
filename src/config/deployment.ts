import type { Analysis } from './schema/deployment.ts'
import { usualAnalysis } from './schema/deployment.ts'
import type { ServiceConfig, StackConfig } from './schema/stack.ts'

type Settings = Exclude<ServiceConfig['deployment'], string>

/** The whole of a service's `deployment`, whichever way it is written. */
export type Deployment = Omit<Settings, 'testPort' | 'analysis'> & {
  /** Where the new version can be tried; undefined where there is nothing to try or a header does it. */
  readonly testPort: number | undefined
  readonly analysis: Analysis | undefined
}

const usualTestPort = 9001

export function deploymentOf({ deployment, paths }: Pick<ServiceConfig, 'deployment' | 'paths'>): Deployment {
  const settings: Settings =
    typeof deployment === 'string' ? { strategy: deployment, circuitBreaker: true } : deployment
  const { strategy, testHeader, testPort = usualTestPort, analysis } = settings
  const testable = strategy !== 'rolling' && paths !== undefined && !testHeader
  return {
    ...settings,
    testPort: testable ? testPort : undefined,
    analysis: analysis === true ? usualAnalysis : analysis,
  }
}

/** True when ECS moves the service's traffic from one target group to another. */
export function movesTraffic(service: Pick<ServiceConfig, 'deployment' | 'paths'>): boolean {
  return deploymentOf(service).strategy !== 'rolling' && service.paths !== undefined
}

/** The ports on which new versions can be tried. */
export function testPorts({ services }: Pick<StackConfig, 'services'>): number[] {
  const ports = Object.values(services).map(service => deploymentOf(service).testPort)
  return [...new Set(ports)].filter(port => port !== undefined)
}
