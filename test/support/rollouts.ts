import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ReleaseTools } from '../../src/commands/release-session.ts'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { rollout } from '../../src/commands/rollout.ts'
import { rolloutStatus } from '../../src/commands/rollout-status.ts'
import type { CommandWish, Ended, Life } from './life.ts'

/** Programs that are never found, end well when run, and a web that says yes to everything. */
export const tools: ReleaseTools = {
  programs: { find: () => undefined, run: async () => ({ code: 0, lastLines: [] }) },
  web: { status: async () => 200, text: async () => '', post: async () => 200 },
}

/** `provision rollout <services>` with these options. */
export function typeRollout(
  life: Life,
  services: string,
  options: RolloutOptions,
  wish?: CommandWish,
  using = tools,
): Promise<Ended> {
  return life.type((common, context) => rollout(services, { ...common, ...options }, context, using), wish)
}

interface StatusRow {
  readonly service: string
  readonly image: string
  readonly tasks: string
  readonly healthy?: string
  readonly release?: { readonly waits: string }
}

/** What `provision rollout status --json` says of each service, by name. */
export async function statusIn(life: Life): Promise<Record<string, StatusRow>> {
  const { out } = await life.type((common, context) =>
    rolloutStatus(undefined, { ...common, json: true }, context, tools),
  )
  const { services } = JSON.parse(out) as { services: StatusRow[] }
  return Object.fromEntries(services.map(row => [row.service, row]))
}

/** The image that each service runs. */
export async function imagesIn(life: Life): Promise<Record<string, string>> {
  const rows = await statusIn(life)
  return Object.fromEntries(Object.entries(rows).map(([service, { image }]) => [service, image]))
}

/** Weights of the service's first and second target group in the rule that serves everybody. */
export function weights(life: Life, service: string): number[] {
  const tables = life.tables()
  const tagged = (tables['tagging/resource'] ?? []) as readonly {
    readonly arn: string
    readonly tags: Readonly<Record<string, string>>
  }[]
  const rules = (tables['elbv2/rule'] ?? []) as readonly {
    readonly arn: string
    readonly actions: readonly Action[]
  }[]
  const at = (address: string) => tagged.find(({ tags }) => tags['provision:address'] === address)?.arn
  const rule = at(`load-balancer/${service}.rule`)
  const shares = rules.find(({ arn }) => arn === rule)?.actions[0]?.ForwardConfig
  return ['', '-b']
    .map(suffix => at(`load-balancer/${service}.targets${suffix}`))
    .map(group => shares?.TargetGroups?.find(({ TargetGroupArn }) => TargetGroupArn === group)?.Weight ?? NaN)
}
