import { dirname, resolve } from 'node:path'
import type { AwsConnection, CallRecord } from './aws/aws.ts'
import { connect } from './aws/aws.ts'
import { meaningOf } from './aws/errors.ts'
import { identityTags } from './aws/tags.ts'
import { loadConfig } from './config/load.ts'
import type { StackConfig } from './config/schema/stack.ts'
import type { Clock } from './effects/clock.ts'
import type { Effects } from './effects/effects.ts'
import { observeSurely } from './engine/absence.ts'
import { throwingFailures } from './engine/problem.ts'
import { ProvisionError } from './errors.ts'
import { openLog } from './log.ts'
import type { LedgerWish } from './ledger-access.ts'
import {
  accountFacts,
  observedRepositories,
  pushedImages,
  recordedRepositories,
  valuedSecrets,
} from './facts.ts'
import { openLedger } from './ledger-access.ts'
import { kindOf } from './kinds/index.ts'
import type { Situation } from './plan/decision.ts'
import { withWithdrawn } from './plan/withdrawn.ts'
import type { KindContext } from './resources/kind.ts'
import type { Resource } from './resources/resource.ts'
import type { LedgerContent } from './state/entry.ts'
import type { Ledger } from './state/ledger.ts'
import type { Facts } from './steps/facts.ts'
import { describeStack } from './steps/index.ts'
import { restoredIn } from './steps/restored.ts'
import { version } from './version.ts'

/** What every command that works on a stack takes. */
export interface StackOptions {
  /** Path of the config; found from the working directory upwards when not given. */
  readonly config?: string | undefined
  readonly environment?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  /** `file:PATH`, `dynamodb:TABLE` or `dynamodb:REGION/TABLE`; as the config says when not given. */
  readonly ledger?: string | undefined
  /** How long to wait for a lock that someone else holds, in milliseconds. */
  readonly lockWait?: number | undefined
  /** What the ledger knows and AWS does not show is really gone, however much it is. */
  readonly acceptMissing?: boolean | undefined
  /** A file that gets a line of JSON for each call to AWS. */
  readonly log?: string | undefined
  /** Rehearse on the embedded AWS. */
  readonly sandbox?: boolean | undefined
}

/** A situation that can tell what the wish would be were the config another. */
export interface StackSituation extends Situation {
  readonly wishOf: (config: StackConfig) => readonly Resource[]
}

/** One stack in one environment, its ledger and its AWS, opened for one command. */
export interface Session {
  readonly config: StackConfig
  readonly environment: string
  readonly clock: Clock
  readonly ledger: Ledger
  /** What decided where it is kept. */
  readonly ledgerWish: LedgerWish
  readonly connection: AwsConnection
  /** The ledger's lock was let go on purpose: what is sent until the next one needs none. */
  letGo(): void
  /** Checks who we are against config and ledger. Throws with code `access` or `refused`. */
  identify(content: LedgerContent | undefined): Promise<KindContext>
  /** Reads AWS and gives everything a plan is made from. */
  situation(context: KindContext, content: LedgerContent | undefined): Promise<StackSituation>
  /** Every call so far. */
  readonly calls: readonly CallRecord[]
  retries(): number
  close(): void
}

export interface SessionHooks {
  /** Aborts calls in flight: the second Ctrl-C. */
  readonly signal?: AbortSignal | undefined
  /** Ends the waiting for a lock: the first Ctrl-C. */
  readonly stop?: AbortSignal | undefined
  readonly onRetry?: (operation: string, error: Error) => void
}

/** Reads config and ledger and prepares the connection to AWS; calls nothing yet. */
export async function openSession(
  options: StackOptions,
  effects: Effects,
  { signal, stop, onRetry }: SessionHooks = {},
): Promise<Session> {
  const loaded = await loadConfig({
    files: effects.files,
    cwd: effects.cwd,
    path: options.config,
    environment: options.environment,
  })
  const { environment } = loaded
  const config = options.region ? { ...loaded.config, region: options.region } : loaded.config
  const folder = resolve(dirname(loaded.file), '.provision')
  const calls: CallRecord[] = []
  let retries = 0

  const sandbox = options.sandbox ? await openSandbox(folder, config, effects) : undefined
  const clock = sandbox?.clock ?? effects.clock
  const ledgerWish: LedgerWish = {
    flag: options.ledger,
    configured: config.ledger,
    file: loaded.file,
    stack: config.stack,
    environment,
    region: config.region,
    profile: options.profile,
    sandbox: options.sandbox ?? false,
  }
  const { ledger, guard, letGo } = openLedger(ledgerWish, effects, { clock, wait: options.lockWait, stop })
  const log = options.log
    ? await openLog(resolve(effects.cwd, options.log), effects.files, effects.clock)
    : undefined
  const connection = connect({
    region: config.region,
    profile: options.profile,
    clock,
    random: effects.random,
    embedded: sandbox?.embedded ?? effects.aws,
    signal,
    beforeWrite: guard,
    onCall: call => {
      calls.push(call)
      log?.call(call)
    },
    onRetry: (service, operation, error, delay) => {
      retries++
      log?.retry(`${service}:${operation}`, error, delay)
      onRetry?.(`${service}:${operation}`, error)
    },
  })
  return {
    config,
    environment,
    clock,
    ledger,
    ledgerWish,
    connection,
    calls,
    retries: () => retries,
    letGo,
    identify: content => identify(connection, config, content),
    situation: (context, content) =>
      throwingFailures(async () => {
        const account = await accountFacts(config, context, content)
        const identity = { stack: config.stack, environment }
        const identityOf = (address: string) => identityTags(identity, content?.header.lineage ?? '', address)
        // What is there does not depend on images and secrets: both are asked in one wave, save for images of repositories
        // that only this look finds.
        const wish = (facts: Pick<Facts, 'images' | 'secrets'>, said = config) =>
          withWithdrawn(describeStack(said, { ...account, ...facts }), content, kindOf)
        const expected = wish({ images: {}, secrets: {} })
        const recorded = recordedRepositories(content)
        const [observed, pushed] = await Promise.all([
          observeSurely({ desired: expected, ledger: content, kindOf, context, identityOf }, clock),
          pushedImages(config, context, name => recorded.has(name)),
        ])
        const found = observedRepositories(observed)
        const others = await pushedImages(config, context, name => found.has(name) && !recorded.has(name))
        const seen = { images: { ...pushed, ...others }, secrets: valuedSecrets(config, observed) }
        const wishOf = (other: StackConfig) => wish(seen, other)
        const desired = wish(seen)
        const { acceptMissing = false } = options
        const newLineage = effects.random.uuid()
        const restored = restoredIn(content?.releases)
        return {
          identity,
          desired,
          ledger: content,
          observed,
          kindOf,
          newLineage,
          restored,
          acceptMissing,
          wishOf,
        }
      }),
    close: () => connection.close(),
  }
}

/** The header of a ledger that begins now. */
export function headerFor(session: Session, context: KindContext, lineage: string) {
  const { account, region } = context
  const { config, environment } = session
  return { format: 1 as const, stack: config.stack, environment, lineage, account, region, tool: version }
}

/** The outputs of a stack: what its users need to know, by name. */
export function outputsOf(
  desired: readonly Resource[],
  attributesAt: (address: string) => Readonly<Record<string, unknown>> | undefined,
): Record<string, string> {
  const shown: Record<string, readonly [string, string][]> = {
    'elbv2/existing-load-balancer': [['dnsName', 'url']],
    'elbv2/load-balancer': [['dnsName', 'url']],
    'rds/instance': [
      ['host', 'host'],
      ['secretArn', 'secretArn'],
    ],
    'ec2/instance': [
      ['instanceId', 'instanceId'],
      ['publicIp', 'publicIp'],
    ],
    'elasticache/replication-group': [['host', 'host']],
    'efs/file-system': [['fileSystemId', 'id']],
    's3/bucket': [['bucket', 'bucket']],
    'cloudfront/distribution': [['domainName', 'cdn']],
    'secretsmanager/secret': [['arn', 'arn']],
    'ecr/repository': [['uri', 'uri']],
    'opensearch/domain': [['endpoint', 'endpoint']],
    'sns/topic': [['arn', 'arn']],
    'route53/hosted-zone': [['nameServers', 'nameServers']],
  }
  const secured = desired.some(
    ({ type, props }) =>
      (type === 'elbv2/listener' && props['protocol'] === 'HTTPS') ||
      (type === 'elbv2/existing-listener' && props['port'] === 443),
  )
  const domain = desired.find(({ address }) => address === 'domain/a')?.name
  const url = (dnsName: string) => `${secured ? 'https' : 'http'}://${domain ?? dnsName}`
  // Where a new version answers before it has any traffic.
  const testUrl = (port: number) => `http://${String(attributesAt('load-balancer/alb')?.['dnsName'])}:${port}`
  return Object.fromEntries(
    desired.flatMap(({ address, type, props }) => {
      const attributes = attributesAt(address)
      if (address.startsWith('load-balancer/test-') && attributes)
        return [['test.url', testUrl(Number(props['port']))]]
      if (type === 'sns/subscription' && attributes?.['status'] === 'pending confirmation')
        return [[String(attributes['endpoint']), 'pending confirmation: open the mail from AWS']]
      return (shown[type] ?? []).flatMap(([attribute, output]) => {
        const given = attributes?.[attribute]
        const value = Array.isArray(given) ? given.join(' ') : given
        if (typeof value !== 'string') return []
        const name = output === 'url' ? 'url' : `${address.split('/').at(-1)}.${output}`
        return [[name, output === 'url' ? url(value) : value]]
      })
    }),
  )
}

async function openSandbox(folder: string, config: StackConfig, effects: Effects) {
  const { rehearsal } = await effects.clock.outside(() => import('./sandbox/rehearsal.ts'))
  return rehearsal({
    path: `${folder}/sandbox/aws.json`,
    region: config.region,
    files: effects.files,
    random: effects.random,
    start: effects.clock.now(),
    // People want to see it happen; a log does not.
    pace: effects.terminal.live ? 8 : 0,
  })
}

async function identify(
  { aws }: AwsConnection,
  config: StackConfig,
  content: LedgerContent | undefined,
): Promise<KindContext> {
  const { Account = '', Arn = '' } = await aws.sts.getCallerIdentity({}).catch((error: unknown) => {
    throw accessError(error)
  })
  const pinned = content?.header
  const expected = config.account ?? pinned?.account ?? Account
  if (Account !== expected)
    throw new ProvisionError({
      code: 'access',
      message: `these credentials belong to account ${Account}, but ${config.account ? 'the config' : 'the ledger'} says ${expected}`,
      hint: `use credentials of account ${expected} (AWS_PROFILE or --profile)`,
    })
  if (pinned && pinned.account !== Account)
    throw new ProvisionError({
      code: 'access',
      message: `the ledger belongs to account ${pinned.account}, these credentials to ${Account}`,
      hint: `use credentials of account ${pinned.account}, or name another ledger with --ledger`,
    })
  if (pinned && pinned.region !== config.region)
    throw new ProvisionError({
      code: 'access',
      message: `the ledger belongs to region ${pinned.region}, the config says ${config.region}`,
      hint: `set region: ${pinned.region} in the config, or tear the stack down there first`,
    })
  return { aws, account: Account, region: config.region, partition: Arn.split(':')[1] ?? 'aws' }
}

function accessError(error: unknown): ProvisionError {
  const { message = '' } = error as { message?: string }
  const credentials = meaningOf(error) === 'credentials' || /credential|token|profile|sso/i.test(message)
  return new ProvisionError({
    code: 'access',
    message: credentials
      ? `AWS did not accept any credentials: ${message}`
      : `AWS cannot be reached: ${message}`,
    hint: credentials
      ? 'set AWS_PROFILE, sign in with `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or rehearse with --sandbox'
      : 'check the network and AWS_ENDPOINT_URL, or rehearse with --sandbox',
    cause: error,
  })
}
