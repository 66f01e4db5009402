import type { RunEvent } from '../events/event.ts'
import type { KindContext } from '../resources/kind.ts'
import { markRunning } from '../rollout/images-in-use.ts'
import { targetsOf } from '../rollout/target.ts'
import type { Session } from '../session.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { CommandContext } from './command.ts'
import { listenerFor } from './command.ts'

/** Marks the images that the services run, whose tags ECS has resolved, so that no lifecycle rule expires them. */
export async function markServices(
  { config, environment, clock }: Session,
  { aws, region }: KindContext,
  command: CommandContext,
  { json = false }: { readonly json?: boolean | undefined },
): Promise<void> {
  const { stack, services, repositories } = config
  const names = Object.keys(services).filter(name => services[name]!.repository !== undefined)
  if (names.length === 0) return
  const told: RunEvent[] = []
  await markRunning(targetsOf(config, names), {
    aws,
    region,
    stack,
    environment,
    repositories: Object.keys(repositories).map(name => repositoryNameOf(config, name)),
    say: event => void told.push(event),
  })
  if (told.length === 0) return
  const emit = await listenerFor(command, { json, clock })
  for (const event of told) emit({ ...event, at: clock.now() })
}
