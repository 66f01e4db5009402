import type { Analysis } from './schema/deployment.ts'
import { usualAnalysis, usualTestHeader } from './schema/deployment.ts'
import type { ServiceConfig, StackConfig } from './schema/stack.ts'

type Settings = Exclude<ServiceConfig['deployment'], string>

/** The header of test traffic. */
export interface TestHeader {
  readonly name: string
  /** Undefined: one that nobody can guess is generated. */
  readonly value?: string | undefined
}

/** The whole of a service's `deployment`, whichever way it is written. */
export type Deployment = Omit<Settings, 'testHeader' | 'testPort' | 'analysis'> & {
  /** What test traffic carries; undefined where there is none, or a port of its own for it. */
  readonly testHeader: TestHeader | undefined
  /** The port for test traffic; undefined unless it is asked for. */
  readonly testPort: number | undefined
  readonly analysis: Analysis | undefined
}

export function deploymentOf({ deployment, paths }: Pick<ServiceConfig, 'deployment' | 'paths'>): Deployment {
  const settings: Settings =
    typeof deployment === 'string' ? { strategy: deployment, circuitBreaker: true } : deployment
  const { strategy, testHeader = { name: usualTestHeader }, testPort, analysis } = settings
  const hasTests = strategy !== 'rolling' && paths !== undefined
  return {
    ...settings,
    testHeader: hasTests && testPort === undefined ? testHeader : undefined,
    testPort: hasTests ? testPort : undefined,
    analysis: analysis === true ? usualAnalysis : analysis,
  }
}

/** True when ECS moves the service's traffic from one target group to another. */
export function movesTraffic(service: Pick<ServiceConfig, 'deployment' | 'paths'>): boolean {
  return deploymentOf(service).strategy !== 'rolling' && service.paths !== undefined
}

/** The ports for test traffic, each with the CIDR blocks that it is open to. */
export function testPorts({ services }: Pick<StackConfig, 'services'>): Map<number, readonly string[]> {
  const ports = new Map<number, readonly string[]>()
  for (const { testPort, testAccess = [] } of Object.values(services).map(deploymentOf))
    if (testPort !== undefined)
      ports.set(testPort, [...new Set([...(ports.get(testPort) ?? []), ...testAccess])])
  return ports
}
