import type { StackConfig } from './schema/stack.ts'

/** The newest policy without anything below TLS 1.2. */
export const defaultTlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06'

/** True when the load balancer speaks TLS. */
export function isSecured({ domain, existing }: Pick<StackConfig, 'domain' | 'existing'>): boolean {
  // Which protocol a listener of somebody else's speaks is not known before it is read.
  if (existing.loadBalancer) return existing.loadBalancer.port === 443
  return existing.certificate !== undefined || (domain !== undefined && domain.certificate !== false)
}

/** The ports that the load balancer listens on. */
export function listenerPorts(config: Pick<StackConfig, 'domain' | 'existing'>): number[] {
  const { loadBalancer } = config.existing
  if (loadBalancer) return [loadBalancer.port]
  return isSecured(config) ? [80, 443] : [80]
}

/** The records that lead to the load balancer. */
export function addressTypes({ domain, network }: StackConfig): readonly ('A' | 'AAAA')[] {
  return (domain?.ipv6 ?? network.ipv6) ? ['A', 'AAAA'] : ['A']
}

/** What the certificate is for, the domain first. */
export function certificateNames({ name, certificate }: NonNullable<StackConfig['domain']>): string[] {
  return (certificate !== false && certificate.names) || [name, `*.${name}`]
}
