import { describe, expect, it } from 'vitest'
import { plan } from '../../src/commands/plan.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { status } from '../../src/commands/status.ts'
import { teardown } from '../../src/commands/teardown.ts'
import { up } from '../../src/commands/up.ts'
import { objects } from '../../src/sandbox/s3/rows.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

interface Held {
  readonly address: string
  readonly what: string
  /** A stack in which the data is no longer in the config. */
  make(): Promise<Life>
  /** Somebody takes the data out by hand. */
  empty(life: Life): Promise<unknown>
  readonly table: string
}

async function raised(life: Life): Promise<Life> {
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

const foreignRecord = {
  Name: 'mail.shop.example.com',
  Type: 'A' as const,
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
}

async function changeForeignRecord(life: Life, Action: 'CREATE' | 'DELETE') {
  const { zoneId } = (life.tables()['route53/record-set'] as { zoneId: string }[])[0]!
  await life.meanwhile(aws =>
    aws.route53.changeResourceRecordSets({
      HostedZoneId: zoneId,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet: foreignRecord }] },
    }),
  )
}

const cases: readonly Held[] = [
  {
    address: 'registry/spare',
    what: 'images',
    make: async () => {
      const life = liveWith('uploads')
      life.edit('repositories:\n', 'repositories:\n  spare: {}\n')
      await raised(life)
      life.push('uploads-production/spare')
      life.edit('  spare: {}\n', '')
      return life
    },
    empty: life =>
      life.meanwhile((_aws, world) => {
        world.table('ecr/image').delete('uploads-production/spare:latest')
      }),
    table: 'ecr/repository',
  },
  {
    address: 'data/extra',
    what: 'objects',
    make: async () => {
      const life = liveWith('uploads')
      life.edit('buckets:\n', 'buckets:\n  extra: { versioned: true }\n')
      await raised(life)
      const [bucket] = (life.tables()['s3/bucket'] as { name: string }[]).filter(({ name }) =>
        name.includes('extra'),
      )
      await life.meanwhile((_aws, world) => {
        const row = { bucket: bucket!.name, key: 'a', versionId: 'v1', marker: true }
        objects(world).set(`${bucket!.name}/a/v1`, row)
      })
      life.edit('  extra: { versioned: true }\n', '')
      return life
    },
    empty: life =>
      life.meanwhile((_aws, world) =>
        objects(world)
          .list()
          .forEach(({ bucket, key }) => objects(world).delete(`${bucket}/${key}/v1`)),
      ),
    table: 's3/bucket',
  },
  {
    address: 'data/spare.parameter',
    what: 'a secret value',
    make: async () => {
      const life = liveWith('uploads')
      life.edit('secrets:\n', 'secrets:\n  spare: { store: parameter-store }\n')
      await raised(life)
      await life.run((options, context) => secretSet('spare', options, context), { stdin: 'x\n' })
      life.edit('  spare: { store: parameter-store }\n', '')
      return life
    },
    // Only a deletion takes the value out of a parameter.
    empty: life => life.meanwhile(aws => aws.ssm.deleteParameter({ Name: '/uploads/production/spare' })),
    table: 'ssm/parameter',
  },
  {
    address: 'domain/zone',
    what: 'records that this stack did not make',
    make: async () => {
      const life = liveWith('minimal')
      life.edit('services:\n', 'domain: { name: shop.example.com }\nservices:\n')
      await raised(life)
      await changeForeignRecord(life, 'CREATE')
      life.edit('domain: { name: shop.example.com }\n', '')
      return life
    },
    empty: life => changeForeignRecord(life, 'DELETE'),
    table: 'route53/hosted-zone',
  },
  {
    address: 'data/database.replica-1',
    what: 'data of its own since it was promoted',
    make: async () => {
      const life = liveWith('replicated', 'prod')
      await raised(life)
      await life.meanwhile((_aws, world) => {
        for (const row of world.table<{ sourceId: string | undefined }>('rds/instance').list())
          row.sourceId = undefined
      })
      life.edit('replicas: 1', 'replicas: 0')
      return life
    },
    empty: async () => undefined,
    table: 'rds/instance',
  },
]

const typePlan = (life: Life, deleteData: readonly string[] = []) =>
  life.type((options, context) =>
    plan({ ...options, deleteData, json: true, detailedExitcode: true }, context),
  )

const typeUp = (life: Life, deleteData: readonly string[]) =>
  life.type((options, context) => up({ ...options, yes: true, allowInterruption: true, deleteData }, context))

describe.each(cases)(
  '$address that holds $what and is no longer in the config',
  ({ address, what, make, empty }) => {
    const kept = `it still holds ${what}; to delete it with its data: provision up -c /work/provision.yaml`

    it('is kept by a plan that says so and is quiet, and goes when its data may go', async () => {
      const life = await make()
      const first = await life.type((options, context) =>
        up({ ...options, yes: true, allowInterruption: true }, context),
      )
      expect([first.code, first.err]).toEqual([0, expect.stringContaining(kept)])
      const { code, out } = await typePlan(life)
      expect([
        code,
        JSON.parse(out).resources.find((one: { address: string }) => one.address === address),
      ]).toEqual([0, expect.objectContaining({ action: 'keep', reason: expect.stringContaining(kept) })])
      const again = await life.up()
      expect([again.code, again.writes]).toEqual([0, []])
      const shown = await life.run((options, context) => status(options, context))
      expect(shown.out).toMatch(new RegExp(`^${address} +keep `, 'm'))

      const consented = await typeUp(life.copy(), [address])
      expect([consented.code, consented.err]).toEqual([0, expect.stringContaining('the data in it is lost')])
      if (address === 'data/database.replica-1') return
      await empty(life)
      const last = await life.up()
      expect([last.code, last.err]).toEqual([0, last.err])
      expect((await life.ledger())!.entries.has(address)).toBe(false)
      expect((await typePlan(life)).code).toBe(0)
    })

    it('is kept by a teardown that says how to delete it', async () => {
      const life = await make()
      const { code, err } = await life.teardown()
      expect([code, err]).toEqual([
        0,
        expect.stringContaining(`it still holds ${what}; to delete it with its data: provision teardown `),
      ])
      const command = /^Data was kept\. To delete it: provision teardown .*? (--delete-data .*)$/m.exec(err)!
      const deleteData = command[1]!.split(' ').filter(word => word !== '--delete-data')
      const end = await life.type((options, context) => teardown({ ...options, deleteData }, context))
      expect([end.code, end.err]).toEqual([0, end.err])
      expect((await life.ledger())!.entries.size).toBe(0)
    })
  },
)

describe('consent to lose data', () => {
  it('is refused for what the config still names, and for what there is not', async () => {
    const life = await raised(liveWith('uploads'))
    for (const [name, words] of [
      ['registry/web', 'it is in the config'],
      ['registry/other', 'no data of that address'],
      ['all', 'no data of that address'],
    ] as const) {
      const { error, writes } = await typeUp(life, [name])
      expect([error?.code, error?.message, writes]).toEqual(['usage', expect.stringContaining(words), []])
    }
  })

  it('is asked of AWS only where something is deleted', async () => {
    const life = await raised(liveWith('uploads'))
    const { calls } = await life.plan()
    expect(calls.map(({ operation }) => operation)).not.toContain('ListObjectVersions')
  })
})

describe('data that may not be looked at', () => {
  it('is left to the deletion, which keeps it', async () => {
    const [repository] = cases
    const life = await repository!.make()
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' })
    const faults = {
      before: ({ operation, input }: { operation: string; input: unknown }) => {
        const { imageIds } = input as { imageIds?: unknown }
        if (operation === 'DescribeImages' && !imageIds) throw denied
      },
    }
    const { code, err } = await life.up({ faults })
    expect([code, err]).toEqual([0, expect.stringContaining('kept ECR repository (it still holds images)')])
  })
})
