import type { ServiceConfig, StackConfig } from './config/schema/stack.ts'
import { subnetsOf } from './config/subnets.ts'
import type { AnyObserved } from './plan/decision.ts'
import type { Refusal } from './plan/plan.ts'
import type { KnownProps } from './plan/known-names.ts'
import { ProvisionError } from './errors.ts'
import type { ImageName } from './kinds/ecr/image.ts'
import { imageExists } from './kinds/ecr/image.ts'
import type { Address } from './resources/address.ts'
import type { KindContext } from './resources/kind.ts'
import type { Resource } from './resources/resource.ts'
import type { LedgerContent } from './state/entry.ts'
import type { Release, Releases } from './state/release.ts'
import type { Facts } from './steps/facts.ts'
import { passwordAddress, repositoryNameOf } from './steps/names.ts'
import { secretAddress } from './steps/secrets.ts'
import { pushOf } from './steps/services.ts'

/** What decides which resources there are: everything the steps need but images and secrets. */
export async function accountFacts(
  config: StackConfig,
  context: KindContext,
  ledger: LedgerContent | undefined,
): Promise<Omit<Facts, 'images' | 'secrets' | 'running'>> {
  const { account, region, partition } = context
  const passwords = Object.keys(config.databases).filter(name => ledger?.entries.has(passwordAddress(name)))
  return { account, region, partition, passwords, zones: await zonesFor(config, context, ledger) }
}

/** Which services' images have been pushed. Only of repositories that AWS is known to have, one call for each image. */
export async function pushedImages(
  config: StackConfig,
  { aws }: KindContext,
  has: (repositoryName: string) => boolean,
): Promise<Facts['images']> {
  const images = await Promise.all(
    Object.entries(config.services).flatMap(([name, { repository, tag }]) => {
      const repositoryName = repository && repositoryNameOf(config, repository)
      if (!repositoryName || !has(repositoryName)) return []
      return [imageExists(aws, { repositoryName, tag }).then(pushed => [name, pushed] as const)]
    }),
  )
  return Object.fromEntries(images)
}

/** The images whose push services of this desired state wait for, by service. */
export function awaitedImages(
  config: StackConfig,
  desired: readonly Resource[],
): Readonly<Record<string, ImageName>> {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([name, { repository, tag }]) => {
      if (repository === undefined) return []
      const image = { repositoryName: repositoryNameOf(config, repository), tag }
      const { awaits } = desired.find(({ address }) => address === `services/${name}`) ?? {}
      return awaits?.includes(pushOf(image)) ? [[name, image] as const] : []
    }),
  )
}

/** Which secrets have a value, also when they get it back only by being created: `scheduled` are those being deleted. */
export function valuedSecrets(
  config: StackConfig,
  observed: ReadonlyMap<Address, AnyObserved>,
  scheduled: ReadonlyMap<Address, AnyObserved>,
): Facts['secrets'] {
  return Object.fromEntries(
    Object.keys(config.secrets).map(name => {
      const address = secretAddress(config, name)
      return [name, (observed.get(address) ?? scheduled.get(address))?.attributes['hasValue'] === true]
    }),
  )
}

/**
 * AWS takes sticky targets only where the rule no longer splits the traffic between two target groups, and a run changes a
 * rule after the groups that it names.
 */
export function stickyTooSoon(
  { services }: StackConfig,
  observed: ReadonlyMap<Address, AnyObserved>,
): Refusal[] {
  return Object.entries(services).flatMap(([name, { stickiness }]) =>
    stickiness && observed.get(`load-balancer/${name}.rule`)?.props['alternateTargetGroupArn']
      ? [
          {
            address: `load-balancer/${name}.targets`,
            message: `stickiness cannot be set yet: the rule of ${name} still splits its traffic between two target groups, and AWS refuses sticky targets there`,
            hint: `remove services.${name}.stickiness, run provision up to change ${name} to rolling deployments, and then set it`,
          },
        ]
      : [],
  )
}

/** The services that have been started, as the look at them has shown by the way. */
export function runningServices(
  config: StackConfig,
  observed: ReadonlyMap<Address, AnyObserved>,
  { recorded, releases = {} }: { readonly recorded: KnownProps; readonly releases?: Releases | undefined },
): Facts['running'] {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([name, service]) => {
      const props = observed.get(`services/${name}`)?.props
      if (!props) return []
      const image = imageIn(observed.get(`services/${name}.task`)?.props, name)
      const said = imageIn(recorded(`services/${name}.task`, 'ecs/task-definition'), name)
      const isStarted =
        // Tasks that are to run and do not are what is left of a first release that has failed.
        (Number(props['desiredCount']) > 0 && props['idle'] !== true) ||
        isReleased(releases[name], props) ||
        (image !== said && !isConfigured(image, config, service))
      if (!isStarted) return []
      const { taskDefinitionArn, desiredCount, loadBalancers, healthCheckGracePeriod } = props
      const version = { taskDefinitionArn, desiredCount, loadBalancers, healthCheckGracePeriod }
      return [[name, { version, image: said }] as const]
    }),
  )
}

/** A release has ended well, or is bringing into service what the service has now. */
function isReleased(releases: readonly Release[] = [], props: AnyObserved['props']): boolean {
  return releases.some(
    ({ outcome, taskDefinition }) =>
      outcome === 'released' || (outcome === 'running' && taskDefinition === props['taskDefinitionArn']),
  )
}

/** True for the image that `up` gives the service: any other one has been released. */
function isConfigured(
  image: string | undefined,
  config: StackConfig,
  { repository, tag, image: named }: ServiceConfig,
): boolean {
  if (image === undefined) return true
  return repository === undefined
    ? image === named
    : image.endsWith(`/${repositoryNameOf(config, repository)}:${tag}`)
}

function imageIn(props: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const containers = (props?.['containers'] ?? []) as readonly { name: string; image?: string }[]
  return containers.find(one => one.name === name)?.image
}

export function recordedRepositories(ledger: LedgerContent | undefined): ReadonlySet<string> {
  return new Set(
    [...(ledger?.entries.values() ?? [])].flatMap(entry =>
      entry.type === 'ecr/repository' && 'attributes' in entry ? nameIn(entry.attributes) : [],
    ),
  )
}

export function observedRepositories(observed: ReadonlyMap<Address, AnyObserved>): ReadonlySet<string> {
  return new Set([...observed.values()].flatMap(({ attributes }) => nameIn(attributes)))
}

function nameIn(attributes: Readonly<Record<string, unknown>>): string[] {
  const { repositoryName } = attributes
  return typeof repositoryName === 'string' ? [repositoryName] : []
}

/**
 * The zones in which the stack stands already, so that one that AWS opens later moves nothing; then the region's
 * others, which are asked for only when the recorded ones do not suffice.
 */
async function zonesFor(
  config: StackConfig,
  { aws }: KindContext,
  ledger: LedgerContent | undefined,
): Promise<readonly string[]> {
  if (config.network.zones) return config.network.zones
  const recorded = new Set(
    [...(ledger?.entries.values() ?? [])].flatMap(entry => {
      const zone =
        entry.type === 'ec2/subnet' && 'props' in entry ? entry.props['availabilityZone'] : undefined
      return typeof zone === 'string' ? [zone] : []
    }),
  )
  const { publicSubnets = [], privateSubnets = [] } = subnetsOf(config) ?? {}
  if (recorded.size >= Math.max(publicSubnets.length, privateSubnets.length)) return [...recorded].toSorted()
  const { AvailabilityZones = [] } = await aws.ec2.describeAvailabilityZones({
    Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
  })
  const offered = AvailabilityZones.flatMap(({ ZoneName, State }) =>
    ZoneName && State === 'available' ? [ZoneName] : [],
  ).toSorted()
  const zones = [...new Set([...[...recorded].toSorted(), ...offered])]
  const needed = Math.max(publicSubnets.length, privateSubnets.length)
  if (zones.length >= needed) return zones
  throw new ProvisionError({
    code: 'failed',
    message: `AWS shows ${zones.length} Availability Zones in this region, and the subnets need ${needed}`,
    hint: 'run the same command again in a moment, or name the zones in the config: network.zones',
  })
}
