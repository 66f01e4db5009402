import { Address6 } from 'ip-address'
import { isUnknown } from '../../resources/reference.ts'

const ofVpc = 56n
const ofSubnet = 64n
const bits = 128n

/** The `number`th /64 of a VPC's /56, which has 256 of them. */
export function subnetBlock(vpcBlock: string, number: number): string {
  return blockOf(startOf(vpcBlock, ofVpc) + (BigInt(number) << (bits - ofSubnet)), ofSubnet)
}

/** Where a subnet's /64 lies: the /56 around it, and its number in there. */
export function placeOf(block: string): { readonly vpcCidrBlock: string; readonly number: number } {
  const start = startOf(block, ofSubnet)
  const vpcStart = (start >> (bits - ofVpc)) << (bits - ofVpc)
  return {
    vpcCidrBlock: blockOf(vpcStart, ofVpc),
    number: Number((start - vpcStart) >> (bits - ofSubnet)),
  }
}

/** The /56 as `placeOf` spells it. */
export function normalVpcBlock(block: string): string {
  return isUnknown(block) ? block : blockOf(startOf(block, ofVpc), ofVpc)
}

function startOf(block: string, length: bigint): bigint {
  return (new Address6(block.replace(/\/.*$/, '')).bigInt() >> (bits - length)) << (bits - length)
}

function blockOf(start: bigint, length: bigint): string {
  return `${Address6.fromBigInt(start).correctForm()}/${length}`
}
