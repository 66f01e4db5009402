import { expect, test } from 'vitest'
import { VirtualClock } from '../src/effects/virtual-clock.ts'
import { openLog } from '../src/log.ts'
import { memoryFiles } from './support/memory-files.ts'

test('each call to AWS is one line of JSON with its service, time and request id, and nothing of its content', async () => {
  const files = memoryFiles({})
  const log = await openLog('/stack/run.log', files, new VirtualClock({ start: Date.UTC(2026, 0, 2) }))
  const record = { service: 'ec2', read: false, started: 0, milliseconds: 12, requestId: 'r-1' } as const
  log.call({ ...record, operation: 'CreateVpc', error: undefined })
  log.call({ ...record, operation: 'CreateVpc', error: 'VpcLimitExceeded' })
  log.retry('ec2:createVpc', Object.assign(new Error('secret?'), { name: 'Throttling' }), 12.4)
  const lines = files
    .read('/stack/run.log')!
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as object)
  expect(lines).toMatchObject([
    { level: 'debug', time: '2026-01-02T00:00:00.000Z', operation: 'CreateVpc', requestId: 'r-1' },
    { level: 'warn', error: 'VpcLimitExceeded' },
    { level: 'info', operation: 'ec2:createVpc', error: 'Throttling', delay: 12 },
  ])
  expect(files.read('/stack/run.log')).not.toContain('secret?')
})

test('a log that cannot be written is refused before AWS is asked', async () => {
  const full = {
    ...memoryFiles({}),
    append: () => {
      throw new Error('ENOENT: no such file or directory')
    },
  }
  await expect(openLog('/nowhere/run.log', full, new VirtualClock({ start: 0 }))).rejects.toMatchObject({
    code: 'usage',
    message: 'The log /nowhere/run.log cannot be written: ENOENT: no such file or directory',
  })
})
