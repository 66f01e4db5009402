import { expect, test, vi } from 'vitest'
import { nodeTerminal, runsInCi } from '../../src/effects/node-terminal.ts'

test.each([
  [{}, false],
  [{ CI: 'true' }, true],
  [{ CI: '' }, false],
  [{ CI: 'false', GITHUB_ACTIONS: 'true' }, false],
  [{ CODEBUILD_BUILD_ID: 'build:1' }, true],
])('the environment %j runs in CI: %s', (env, expected) => {
  expect(runsInCi(env)).toBe(expected)
})

test('a flag decides about colour before the environment does', () => {
  vi.stubEnv('NO_COLOR', '1')
  expect(nodeTerminal({ color: true }).color).toEqual({ stdout: true, stderr: true })
})

test('NO_COLOR and FORCE_COLOR are obeyed in the order of Node', () => {
  vi.stubEnv('FORCE_COLOR', '1')
  vi.stubEnv('NO_COLOR', '1')
  expect(nodeTerminal().color.stderr).toBe(true)
  vi.stubEnv('FORCE_COLOR', undefined)
  expect(nodeTerminal().color.stderr).toBe(false)
})
