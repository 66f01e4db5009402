import { expect, it } from 'vitest'
import { cost } from '../../src/commands/cost.ts'
import { docs } from '../../src/commands/docs.ts'
import { liveWith } from '../support/life.ts'

it('a stack that stands is documented from AWS, and nothing in AWS is changed by that', async () => {
  const life = liveWith('apranova')
  await life.up()
  const { code, out, writes } = await life.type((options, context) =>
    docs({ ...options, out: '/work/papers' }, context),
  )
  expect(code).toBe(0)
  expect(writes).toEqual([])
  expect(out.trim().split('\n')).toEqual([
    '/work/papers/apranova-production.md',
    '/work/papers/apranova-production.svg',
    '/work/papers/apranova-production.html',
  ])
})

it('a rule that someone opened in AWS is in the document, whatever the config says', async () => {
  const life = liveWith('apranova')
  await life.up()
  const groups = life.tables()['ec2/security-group'] as readonly { id: string; name: string }[]
  const { id } = groups.find(({ name }) => name === 'production-database')!
  await life.meanwhile(aws =>
    aws.ec2.authorizeSecurityGroupIngress({
      GroupId: id,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ],
    }),
  )
  await life.type((options, context) => docs({ ...options, out: '/work/papers' }, context))
  const markdown = life.file('/work/papers/apranova-production.md')
  expect(markdown).toMatch(/^\| production-database \| .* \| the internet \| tcp 5432 \|$/m)
})

it('an estimate is one JSON document for programs', async () => {
  const { code, out } = await liveWith('apranova').type((options, context) =>
    cost({ ...options, json: true }, context),
  )
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    stack: 'apranova',
    environment: 'production',
    prices: { date: '2025-06-01', region: 'us-east-1' },
  })
})
