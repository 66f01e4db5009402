import { Address4 } from 'ip-address'

/** The smallest subnet that AWS makes, as the length of its prefix. */
const smallest = 28

/**
 * The /28 blocks in an address range, the smallest that AWS makes: two ranges overlap exactly when they share one.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function smallestBlocksIn(cidr: string): readonly string[] {
  const range = new Address4(cidr)
  const size = 2n ** BigInt(32 - smallest)
  const first = range.startAddress().bigInt()
  const count = 2 ** Math.max(0, smallest - range.subnetMask)
  return Array.from({ length: count }, (_, index) => String(first / size + BigInt(index)))
}
