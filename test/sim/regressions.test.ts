import { describe, expect, it } from 'vitest'
import type { Case } from './exploration.ts'
import { lead } from './exploration.ts'

/** Lives that went wrong once. They stay here for good; faults are named so that they are found when the code moves. */
const regressions: readonly (readonly [string, Omit<Case, 'seed'>])[] = [
  [
    'one empty answer about subnets, and the NAT gateway was deleted and four subnets made anew',
    { example: 'minimal', phase: 'reread', faults: [{ at: 'DescribeSubnets#0', kind: 'answers nothing' }] },
  ],
  [
    'one empty answer about internet gateways, and there were two',
    {
      example: 'minimal',
      phase: 'reread',
      faults: [{ at: 'DescribeInternetGateways#0', kind: 'answers nothing' }],
    },
  ],
  [
    'a read that was not permitted was called a mistake in provision',
    { example: 'minimal', phase: 'reread', faults: [{ at: 'DescribeVpcs#0', kind: 'denied' }] },
  ],
  [
    'a VPC that arrived four minutes late stayed for ever',
    { example: 'minimal', phase: 'build', faults: [{ at: 'CreateVpc#0', kind: 'arrives 4 min late' }] },
  ],
  [
    'an internet gateway that arrived after its short run had ended stayed for ever',
    {
      example: 'uploads',
      phase: 'build',
      faults: [{ at: 'CreateInternetGateway#0', kind: 'arrives 4 min late' }],
    },
  ],
  [
    'an instance was made anew when one of two answers about it did not know it',
    {
      example: 'ec2-ecs-s3',
      phase: 'reread',
      faults: [{ at: 'DescribeInstanceAttribute#0', kind: 'answers nothing' }],
    },
  ],
  [
    'an address that arrived late was paid for twice',
    { example: 'minimal', phase: 'build', faults: [{ at: 'AllocateAddress#0', kind: 'arrives 25 s late' }] },
  ],
  [
    'an internet gateway whose creator died at the answer was not seen at once by the next run',
    {
      example: 'minimal',
      phase: 'build',
      faults: [{ at: 'CreateInternetGateway#0', kind: 'kill when it is carried out' }],
    },
  ],
  [
    'credentials ran out between a hosted zone and its tags, and it never got them',
    {
      example: 'portfolio',
      phase: 'build',
      faults: [{ at: 'CreateRepository#1', kind: 'credentials expired' }],
    },
  ],
  [
    'credentials that ran out ended a run like any other failure',
    { example: 'minimal', phase: 'build', faults: [{ at: 'CreateSubnet#0', kind: 'credentials expired' }] },
  ],
  [
    'a wall clock that was set back by five hours made a run five hours longer',
    { example: 'minimal', phase: 'build', faults: [{ at: 'CreateSubnet#2', kind: 'clock set back 5 h' }] },
  ],
  [
    'a wall clock that was set forward made every wait look too long, and the run fail',
    { example: 'minimal', phase: 'build', faults: [{ at: 'CreateRoute#0', kind: 'clock set forward 5 h' }] },
  ],
  [
    'a run that died when ECS had been told left a release that nobody could follow without ruining the ledger',
    {
      example: 'blue-green',
      phase: 'rolling',
      faults: [{ at: 'ListServiceDeployments#1', kind: 'kill before it is sent' }],
    },
  ],
  [
    'the lost answer to a pause ended a release as if provision itself were broken, and left the pause to time out',
    {
      example: 'blue-green',
      phase: 'blue-green',
      faults: [{ at: 'ContinueServiceDeployment#0', kind: 'request lost' }],
    },
  ],
  [
    'a lock that could not be removed hid how the run had ended',
    { example: 'minimal', phase: 'remove', faults: [{ at: 'disk#51', kind: 'disk error' }] },
  ],
]

describe('what went wrong once', () => {
  it.each(regressions)('%s', async (_name, one) => {
    for (const seed of [1, 52]) expect(await lead({ ...one, seed })).toEqual([])
  })
})
