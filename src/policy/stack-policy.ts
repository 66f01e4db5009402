import { subnetsOf } from '../config/subnets.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { LedgerContent } from '../state/entry.ts'
import type { Place } from '../state/place.ts'
import { describeStack } from '../steps/index.ts'
import { releaseTopics } from '../steps/release-topics.ts'
import { hasReleaseCommand } from '../steps/services.ts'
import type { PolicyCommand } from './commands.ts'
import type { PolicyDocument } from './documents.ts'
import { policyFor } from './policy.ts'

/** What a policy of a stack is made from. */
export interface PolicySource {
  readonly command: PolicyCommand
  readonly config: StackConfig
  /** As far as it can be read without credentials. */
  readonly content: LedgerContent | undefined
  readonly place: Place
}

/** What `provision policy` prints for a command: from config and ledger alone. */
export function stackPolicy({ command, config, content, place }: PolicySource): PolicyDocument[] {
  const { stack, region } = config
  const account = accountIn(config, content)
  const partition = partitionOf(region)
  return policyFor({
    command,
    stack,
    partition,
    region,
    account: account ?? '*',
    desired: describeStack(config, { ...assumed(config), partition, account: account ?? unknownAccount }),
    entries: [...(content?.entries.values() ?? [])],
    place,
    releases: hasReleaseCommand(config),
    topics: releaseTopics(config, { partition, region, account: account ?? '*' }),
  })
}

/** The account, as far as config and ledger tell. */
export function accountIn(config: StackConfig, content: LedgerContent | undefined): string | undefined {
  return config.account ?? content?.header.account
}

/** In a name, IAM's `?` stands for one character: an account's number has twelve. */
const unknownAccount = '?'.repeat(12)

/** What the steps ask of the account. Neither zones nor images nor secrets change what has to be allowed. */
function assumed(config: StackConfig) {
  const { publicSubnets = [], privateSubnets = [] } = subnetsOf(config) ?? {}
  const count = Math.max(publicSubnets.length, privateSubnets.length)
  const letters = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index))
  const zones = config.network.zones ?? letters.map(letter => `${config.region}${letter}`)
  return { region: config.region, zones, images: {}, passwords: [], secrets: {}, running: {} }
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
