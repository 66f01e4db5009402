import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { examplesOf } from '../../src/commands/examples.ts'

const source = [
  'cli',
  'commands/daily-commands',
  'commands/ledger-commands',
  'commands/rollout-command',
  'commands/sandbox-commands',
]
  .map(name => readFileSync(new URL(`../../src/${name}.ts`, import.meta.url), 'utf8'))
  .join('\n')

/** `ledger show`: every command of the command line. */
const commands = [...source.matchAll(/\b(root|secret|ledger|rollout|sandbox)\s*\.command\('([\w-]+)'/g)].map(
  ([, parent, name]) => (parent === 'root' ? name! : `${parent} ${name}`),
)

describe('the help of a command', () => {
  it('has examples, all of them from one table', () => {
    expect(commands.length).toBeGreaterThan(30)
    expect(commands).toContain('ledger unlock')
    // Groups, and what takes no stack or has nothing to choose.
    const others = ['init', 'schema', 'secret', 'ledger', 'rollout', 'sandbox']
    const verbs = ['status', 'attach', 'continue', 'abort', 'history'].map(verb => `rollout ${verb}`)
    expect(
      commands.filter(command => ![...others, ...verbs].includes(command) && examplesOf(command) === ''),
    ).toEqual([])
    // Those of the program itself.
    expect(source.match(/^Examples:$/gm)).toHaveLength(1)
  })

  it('shows what can be typed', () => {
    for (const command of commands)
      for (const [, typed] of examplesOf(command).matchAll(/^ {2}provision (.*?) {3}/gm))
        expect(typed).toMatch(new RegExp(`^${command === 'rollout start' ? 'rollout' : command}\\b`))
  })
})
