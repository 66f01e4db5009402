import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { chooseEnvironment } from '../../src/config/environments.ts'
import { overlaid } from '../../src/config/overlay.ts'
import type { Life } from './life.ts'
import { moreUploads } from './removals-uploads.ts'
import { frontDoor } from './theirs.ts'

export type Config = Readonly<Record<string, unknown>>

/** An example with more in it, so that together they have every optional field of the schema. */
export interface Base {
  readonly example: string
  readonly environment: string
  readonly more: Config
  /** Makes what is to be in the account first, and gives the part of the config that names it. */
  readonly prepare?: (life: Life) => Promise<Config>
}

/** A snapshot of a database of somebody's. */
async function snapshot(life: Life): Promise<Config> {
  await life.meanwhile((_, world) => {
    world.table<object>('rds/snapshot').set('archive-2025', {
      id: 'archive-2025',
      arn: world.arn('rds', 'snapshot:archive-2025'),
      instanceId: 'archive',
      created: 0,
      settings: {
        Engine: 'postgres',
        EngineVersion: '16.3',
        AllocatedStorage: 20,
        StorageEncrypted: true,
        DBName: 'ledgerbook',
        MasterUsername: 'provision',
      },
    })
  })
  return {}
}

/** The zone of a domain. */
async function zoneOf(life: Life, domain: string): Promise<string> {
  let id = ''
  await life.meanwhile(async ({ route53 }) => {
    const { HostedZone } = await route53.createHostedZone({ Name: domain, CallerReference: domain })
    id = HostedZone!.Id!.replace('/hostedzone/', '')
  })
  return id
}

/** An issued certificate for a domain. */
async function certificateOf(life: Life, domain: string): Promise<string> {
  let arn = ''
  await life.meanwhile(async ({ acm }, world) => {
    const { CertificateArn } = await acm.requestCertificate({ DomainName: domain, ValidationMethod: 'DNS' })
    arn = CertificateArn!
    const certificates = world.table<object>('acm/certificate')
    certificates.set(arn, { ...certificates.get(arn), issued: true })
  })
  return arn
}

export const bases: readonly Base[] = [
  {
    example: 'replicated',
    environment: 'prod',
    prepare: snapshot,
    more: {
      prefix: 'books',
      databases: {
        database: {
          identifier: 'books',
          databaseName: 'books',
          storageEncrypted: false,
          masterUsername: 'owner',
          port: 5433,
          deletionProtection: true,
          autoMinorVersionUpgrade: false,
          logRetentionDays: 7,
          alarms: { cpu: 70, connections: 50 },
        },
        archive: { engine: 'postgres', snapshotIdentifier: 'archive-2025', replicas: 0 },
      },
      caches: {
        cache: {
          name: 'books-cache',
          port: 6380,
          transitEncryption: true,
          multiAz: true,
          maintenanceWindow: 'sun:05:30-sun:06:30',
        },
        sessions: { engine: 'redis', version: '7.1', nodes: 1, parameterGroup: 'default.redis7' },
      },
      fileSystems: { files: { path: '/files', uid: 0, gid: 0, permissions: '0750' } },
    },
  },
  {
    example: 'uploads',
    environment: 'production',
    more: moreUploads,
  },
  {
    example: 'ecs-on-ec2',
    environment: 'production',
    more: {
      databases: { database: { multiAz: true } },
      network: {
        acls: {
          public: {
            ingress: [
              { number: 50, action: 'deny', protocol: 'tcp', ports: 22, cidr: '198.51.100.0/24' },
              { protocol: 'all', number: 60 },
            ],
            egress: [
              { number: 70, action: 'allow', protocol: 'udp', ports: '53-60', cidr: '10.0.0.0/8' },
              { protocol: 'all' },
            ],
          },
          private: {
            ingress: [
              { number: 40, action: 'deny', protocol: 'udp', ports: 53, cidr: '198.51.100.0/24' },
              { protocol: 'all' },
            ],
            egress: [
              { number: 40, action: 'deny', protocol: 'udp', ports: 53, cidr: '198.51.100.0/24' },
              { protocol: 'all' },
            ],
          },
        },
      },
      cluster: {
        capacity: {
          targetCapacity: 80,
          image: 'ami-0123456789abcdef0',
          access: 'public',
          rootVolume: { size: 40, type: 'gp2' },
          agent: { ECS_LOGLEVEL: 'debug' },
          spot: { percent: 50, instanceTypes: ['t3a.medium'], onDemandBase: 1 },
          schedules: {
            evening: { schedule: '0 20 * * *', timezone: 'Europe/Berlin', min: 1, max: 4 },
          },
        },
      },
    },
  },
  {
    example: 'ec2-ecs-s3',
    environment: 'production',
    more: {
      network: { zones: ['us-east-1b'] },
      instances: {
        backend: {
          image: 'ami-0123456789abcdef0',
          access: 'public',
          zone: 'us-east-1b',
          ports: [{ port: 8080, cidr: '203.0.113.0/24' }],
          rootVolume: { size: 20, type: 'gp2' },
          environment: { MODE: 'fast' },
        },
      },
    },
  },
  {
    example: 'fargate-observability',
    environment: 'production',
    prepare: async life => ({ domain: { delegateFrom: await zoneOf(life, 'ledgerly.example') } }),
    more: {
      domain: {
        aliases: ['www'],
        ipv6: true,
        certificate: {
          names: ['api.ledgerly.example', '*.api.ledgerly.example', 'static.api.ledgerly.example'],
        },
        records: [{ name: 'mail', type: 'TXT', values: ['"v=spf1 -all"'], ttl: 60 }],
      },
      network: { ipv6: true },
      loadBalancer: { redirect: false, tlsPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' },
      search: { name: 'ledgerly-logs', version: '2.19', logRouterImage: 'public.ecr.aws/example/router:1' },
      buckets: { media: { cdn: { alias: 'static' }, lifecycle: [{ expireNoncurrentDays: 30 }] } },
    },
  },
  {
    example: 'blue-green',
    environment: 'production',
    more: {
      services: {
        api: {
          deployment: {
            strategy: 'linear',
            canaryPercent: null,
            stepPercent: 25,
            stepMinutes: 3,
            bakeMinutes: 10,
            testPort: 9100,
            testAccess: ['203.0.113.0/24'],
            alarms: true,
            scan: 'high',
            analysis: {
              minutes: 10,
              minRequests: 200,
              errorRateIncrease: 2,
              responseTimeIncrease: 20,
              percentile: 'p99',
              onInconclusive: 'rollback',
            },
            pause: [{ at: 'before-scale-up', timeoutMinutes: 10, onTimeout: 'continue' }],
          },
        },
        shop: {
          deployment: {
            strategy: 'canary',
            steps: [5, 25, 100],
            suspendScaling: false,
            circuitBreaker: { threshold: { type: 'count', value: 5 }, resetOnHealthyTask: false },
            testHeader: { name: 'x-test', value: 'yes' },
          },
        },
      },
    },
  },
  {
    example: 'apranova',
    environment: 'production',
    more: { services: { frontend: { deployment: { strategy: 'canary', canaryPercent: 20 } } } },
  },
  { example: 'portfolio', environment: 'prod', more: {} },
  {
    example: 'minimal',
    environment: 'dev',
    more: {},
    prepare: async life => {
      const { vpcId, subnetIds } = await frontDoor(life)
      return {
        existing: {
          vpc: { id: vpcId, publicSubnets: subnetIds, privateSubnets: [] },
          cluster: 'shared',
          loadBalancer: { name: 'front', port: 80 },
        },
      }
    },
  },
  {
    example: 'minimal',
    environment: 'dev',
    more: { domain: { name: 'hello.example', certificate: false } },
    prepare: async life => ({
      existing: {
        zone: await zoneOf(life, 'hello.example'),
        certificate: await certificateOf(life, 'hello.example'),
      },
    }),
  },
]

/** The config of an example for one environment, with what a base adds. */
export function configOf({ example, environment, more }: Base): Config {
  const yaml = readFileSync(new URL(`../../examples/${example}/provision.yaml`, import.meta.url), 'utf8')
  const chosen = chooseEnvironment(parse(yaml) as Config, environment)
  if (!('value' in chosen)) throw new Error(`${example} has no environment ${environment}`)
  return overlaid(chosen.value, more) as Config
}

/** As it stands in the file. */
export const written = (config: Config): string => stringify(config)
