import type { DatabaseConfig } from '../config/schema/stack.ts'

const ownPorts = { postgres: 5432, mysql: 3306, mariadb: 3306 } as const

export function portOf({ engine, port }: Pick<DatabaseConfig, 'engine' | 'port'>): number {
  return port ?? ownPorts[engine]
}
