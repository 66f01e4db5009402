import { expect, it } from 'vitest'
import { interruptionTexts } from '../../src/events/interruption-text.ts'

const restart = { reason: 'the database restarts on port 5433', seconds: 120 }

it('says each cause once, with all services that it interrupts', () => {
  const texts = interruptionTexts([
    { service: 'api', ...restart },
    { service: 'web', ...restart },
    { service: 'worker', ...restart },
    { service: 'web', reason: 'its desired count becomes 0' },
  ])
  expect(texts).toEqual([
    'interrupts api, web and worker for about 2m 00s: the database restarts on port 5433',
    'interrupts web: its desired count becomes 0',
  ])
})
