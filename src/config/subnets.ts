import type { StackConfig } from './schema/stack.ts'

/** The subnets of an existing VPC by id, else the blocks of those declared, or those that a /16 has by default; undefined when the config has to say. */
export function subnetsOf({
  network,
  existing,
}: Pick<StackConfig, 'network' | 'existing'>):
  { readonly publicSubnets: readonly string[]; readonly privateSubnets: readonly string[] } | undefined {
  if (existing.vpc) return existing.vpc
  const { cidr, zones, publicSubnets, privateSubnets } = network
  if (publicSubnets && privateSubnets) return { publicSubnets, privateSubnets }
  const [address = '', prefix] = cidr.split('/')
  if (prefix !== '16') return undefined
  const [first, second] = address.split('.')
  const count = zones?.length ?? publicSubnets?.length ?? (privateSubnets?.length || 2)
  const blocks = (from: number) =>
    Array.from({ length: count }, (_, zone) => `${first}.${second}.${from + zone}.0/24`)
  return { publicSubnets: publicSubnets ?? blocks(1), privateSubnets: privateSubnets ?? blocks(11) }
}
