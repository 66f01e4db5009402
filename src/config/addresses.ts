import { Address4, Address6 } from 'ip-address'

/** True of a CIDR block, IPv4 or IPv6. */
export function isBlock(cidr: string): boolean {
  return cidr.includes('/') && (Address4.isValid(cidr) || Address6.isValid(cidr))
}
