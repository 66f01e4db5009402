import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { argvOf } from '../../src/rollout/argv.ts'

describe('the words of a check', () => {
  it.each([
    ['npm run smoke', ['npm', 'run', 'smoke']],
    ['  curl   -f "http://a b" ', ['curl', '-f', 'http://a b']],
    [`sh -c 'a && b | c'`, ['sh', '-c', 'a && b | c']],
    [
      String.raw`sh -c "curl -fsS -H \"$PROVISION_TEST_HEADER\" $PROVISION_URL/health | grep ok"`,
      ['sh', '-c', 'curl -fsS -H "$PROVISION_TEST_HEADER" $PROVISION_URL/health | grep ok'],
    ],
    [String.raw`echo a\ b "c\"d" ''`, ['echo', 'a b', 'c"d', '']],
    ['echo $HOME `id` $(id); rm *', ['echo', '$HOME', '`id`', '$(id);', 'rm', '*']],
  ])('of %j are %j', (text, words) => {
    expect(argvOf(text)).toEqual(words)
  })

  it.each(['', '   ', '"npm run', "it's"])('refuses %j', text => {
    expect(() => argvOf(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('come back whole when each is quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), words => {
        const quoted = words.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
        expect(argvOf(quoted)).toEqual(words)
      }),
    )
  })
})
