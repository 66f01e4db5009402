import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

const bucket = 'uploads-production-media-123456789012'

async function living(): Promise<Life> {
  const life = liveWith('uploads')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

describe('the stack of examples/uploads', () => {
  it('gives the service its bucket, and nothing else', async () => {
    const life = await living()
    const roles = life.tables()['iam/role']!.map(row => JSON.stringify(row))
    const role = roles.find(row => row.includes('s3:'))!
    expect(role).toContain(`arn:aws:s3:::${bucket}/*`)
    expect(role).not.toContain('s3:*')
    const [definition] = life.tables()['ecs/task-definition']!
    expect(JSON.stringify(definition)).toContain(`"MEDIA_BUCKET","value":"${bucket}"`)
    expect((await life.up()).writes).toEqual([])
  })

  it('changes one setting of the bucket in one call', async () => {
    const life = await living()
    life.edit('expireNoncurrentDays: 30', 'expireNoncurrentDays: 60')
    expect((await life.up()).writes).toEqual(['PutBucketLifecycleConfiguration'])
    expect(await life.planned()).toEqual([])
  })

  it('is removed without a trace while the bucket is empty', async () => {
    const life = await living()
    const { code, err } = await life.teardown()
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    expect(life.tables()).not.toHaveProperty('s3/bucket')
  })
})
