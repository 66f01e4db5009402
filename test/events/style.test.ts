import fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationText } from '../../src/events/duration.ts'
import { safe, styleFor } from '../../src/events/style.ts'

test.each([
  [0, '<1s'],
  [499, '<1s'],
  [1000, '1s'],
  [59_600, '1m 00s'],
  [83_000, '1m 23s'],
  [487_000, '8m 07s'],
  [7_500_000, '2h 05m 00s'],
])('%d milliseconds are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test('colours only where the stream takes them', () => {
  expect(styleFor(true).failed('no')).toBe('\u001b[31mno\u001b[39m')
  expect(styleFor(false).failed('no')).toBe('no')
})

test('safe text has no control, no line break and no change of direction', () => {
  expect(safe('a\u001b[31mb\r\nc\u0007d\u009b2Je\u202ef\u007f')).toBe('ab cdef')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(safe(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
    }),
  )
})
