import { deploymentOf } from '../config/deployment.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { safe } from '../events/style.ts'
import { familyOf } from '../kinds/families.ts'
import type { Theirs } from '../sandbox/theirs/index.ts'
import type { StackOptions } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { sameStack } from './same-stack.ts'
import { openSandboxSession } from './sandbox-session.ts'

/** Creates in the sandbox what the config uses and somebody else owns, where it does not exist yet. */
export async function sandboxCreate(options: StackOptions, context: CommandContext): Promise<number> {
  const { session, rehearsal } = await openSandboxSession(options, context, { mayBeNew: true })
  try {
    const { createTheirs } = await session.clock.outside(() => import('../sandbox/theirs/index.ts'))
    const theirs = theirsIn(session.config)
    const created = rehearsal.change(world => createTheirs(world, theirs))
    const { terminal } = context.effects
    for (const one of created) terminal.out(`created ${safe(one)}\n`)
    if (created.length === 0)
      terminal.err('Nothing to create: the sandbox has everything that the config uses and does not own.\n')
    terminal.err(`Next: provision up${sameStack({ ...options, sandbox: true })}\n`)
    return exitCodes.done
  } finally {
    session.close()
  }
}

/** Everything that a config names without being its owner. */
function theirsIn(config: StackConfig): Theirs {
  const { existing, domain, services, caches, databases } = config
  const domainName = domain?.name ?? 'example.com'
  const { vpc, loadBalancer, zone, certificate, cluster } = existing
  const parent = domainName.split('.').slice(1).join('.')
  return {
    network: vpc,
    loadBalancer: vpc &&
      loadBalancer && { ...loadBalancer, vpcId: vpc.id, subnetIds: vpc.publicSubnets, domainName },
    cluster,
    zones: [
      ...(zone === undefined ? [] : [{ id: zone, domainName }]),
      ...(domain?.delegateFrom === undefined ? [] : [{ id: domain.delegateFrom, domainName: parent }]),
    ],
    certificate: certificate === undefined ? undefined : { arn: certificate, domainName },
    alarms: Object.values(services)
      .map(service => deploymentOf(service).alarms)
      .flatMap(alarms => (Array.isArray(alarms) ? alarms : [])),
    images: Object.values(services).flatMap(({ image }) => image ?? []),
    cacheParameterGroups: Object.values(caches).flatMap(({ parameterGroup, engine, version }) =>
      parameterGroup === undefined
        ? []
        : [{ name: parameterGroup, family: familyOf(engine, version ?? newest[engine]) }],
    ),
    databaseSnapshots: Object.values(databases).flatMap(
      ({
        snapshotIdentifier,
        engine,
        version,
        allocatedStorage,
        storageEncrypted,
        masterUsername,
        databaseName,
      }) =>
        snapshotIdentifier === undefined
          ? []
          : [
              {
                id: snapshotIdentifier,
                engine,
                version,
                storage: allocatedStorage,
                encrypted: storageEncrypted,
                username: masterUsername,
                databaseName: databaseName ?? config.stack.replaceAll('-', '_'),
              },
            ],
    ),
  }
}

/** What the sandbox runs where a cache names no version. */
const newest = { redis: '7.1', valkey: '8.0' } as const
