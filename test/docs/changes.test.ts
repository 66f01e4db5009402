import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { kinds } from '../../src/kinds/index.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Withdrawn } from '../../src/resources/withdrawal.ts'

const document = fileURLToPath(new URL('../../docs/changes.md', import.meta.url))
const marker = /^<!-- The tables below .*$/m

/** What depends on other props, in words. */
const inWords: Readonly<Record<string, string>> = {
  'ecs/service.healthCheckGracePeriod': '0, with a load balancer',
  'elasticache/replication-group.parameterGroupName':
    'the default group of the version; without a `version` it stays',
  'elbv2/listener.sslPolicy': 'ELBSecurityPolicy-2016-08, with HTTPS',
  'rds/instance.parameterGroupName': 'the default group of the version; without a `version` it stays',
}

interface Row {
  readonly label: string
  readonly prop: string
  readonly effect: Withdrawn<unknown> | string
}

const rows: readonly Row[] = (Object.values(kinds) as readonly AnyKind[])
  .flatMap(({ type, label, withdrawn = {} }) =>
    Object.entries(withdrawn).map(([prop, effect]) => ({
      label,
      prop,
      effect: typeof effect === 'function' ? inWords[`${type}.${prop}`]! : effect,
    })),
  )
  .toSorted((one, other) => `${one.label} ${one.prop}`.localeCompare(`${other.label} ${other.prop}`, 'en'))

function table(title: string, head: string, shown: (row: Row) => string | undefined): string {
  const lines = rows.flatMap(row => {
    const text = shown(row)
    return text === undefined ? [] : [`| ${row.label} | \`${row.prop}\` | ${text} |`]
  })
  return [`### ${title}`, '', `| resource | setting | ${head} |`, '|---|---|---|', ...lines].join('\n')
}

const valueText = (value: unknown) =>
  value === null
    ? 'none'
    : value === '' || (Array.isArray(value) && value.length === 0)
      ? 'empty'
      : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

it('the document on changes lists what the removal of each option does', async () => {
  const text = readFileSync(document, 'utf8')
  const [line] = marker.exec(text)!
  const tables = [
    table('What is restored', 'value', ({ effect }) =>
      typeof effect === 'string' ? effect : 'becomes' in effect ? valueText(effect.becomes) : undefined,
    ),
    table('What stays', 'why', ({ effect }) =>
      typeof effect === 'object' && 'stays' in effect ? effect.stays : undefined,
    ),
  ]
  const whole = [text.slice(0, text.indexOf(line) + line.length), ...tables].join('\n\n')
  await expect(`${whole}\n`).toMatchFileSnapshot(document)
})

it('each effect that depends on other settings is in words, and no other', () => {
  const functions = (Object.values(kinds) as readonly AnyKind[]).flatMap(({ type, withdrawn = {} }) =>
    Object.entries(withdrawn).flatMap(([prop, effect]) =>
      typeof effect === 'function' ? [`${type}.${prop}`] : [],
    ),
  )
  expect(functions.toSorted()).toEqual(Object.keys(inWords).toSorted())
})
