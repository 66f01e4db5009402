import { suggestion } from './findings.ts'
import { isRecord, overlaid } from './overlay.ts'
import type { Finding } from './problems.ts'
import { thingName } from './schema/scalars.ts'

/** The file's value for one environment: its overlay merged in. */
interface Chosen {
  readonly environment: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Chooses the environment: the one asked for, else the file's own, else the only one there is. */
export function chooseEnvironment(
  file: Readonly<Record<string, unknown>>,
  asked: string | undefined,
): Chosen | { readonly findings: readonly Finding[] } {
  const { environments = {}, ...base } = file
  if (!isRecord(environments))
    return refuse(['environments'], 'must be names with values below it', 'Write `production:` below it.')
  const findings = [...misnamed(environments), ...misplaced(environments)]
  if (findings.length > 0) return { findings }

  const own = typeof base['environment'] === 'string' ? base['environment'] : undefined
  const named = Object.keys(environments)
  const environment = asked ?? own ?? (named.length === 1 ? named[0] : undefined)
  if (environment === undefined)
    return named.length > 1
      ? refuse(
          ['environments'],
          `it is not said which of ${named.join(', ')} is meant`,
          `Add \`-e ${named[0]}\`.`,
        )
      : refuse(['environment'], 'is missing', 'Add `environment: production`, or give one with -e.')
  if (asked !== undefined && named.length > 0 && !named.includes(asked) && asked !== own)
    return refuse(
      ['environments'],
      `there is no environment "${asked}"`,
      suggestion(asked, named) ?? `Use one of ${named.join(', ')}.`,
    )
  const merged = overlaid(base, environments[environment] ?? {})
  return { environment, value: { ...(merged as object), environment } }
}

function misnamed(environments: Readonly<Record<string, unknown>>): Finding[] {
  return Object.keys(environments).flatMap(name => {
    const problem = thingName.safeParse(name).error?.issues[0]?.message
    return problem
      ? [
          {
            path: ['environments', name],
            message: `the name ${problem}`,
            fix: 'Use another name.',
            atKey: true,
          },
        ]
      : []
  })
}

/** An overlay must not change whose the resources are. */
function misplaced(environments: Readonly<Record<string, unknown>>): Finding[] {
  return Object.entries(environments).flatMap(([name, overlay]) => {
    if (overlay === null) return []
    if (!isRecord(overlay))
      return [
        {
          path: ['environments', name],
          message: 'must be keys with values below it',
          fix: 'Write what differs.',
        },
      ]
    return ['stack', 'environment', 'environments']
      .filter(key => key in overlay)
      .map(key => ({
        path: ['environments', name, key],
        message: 'cannot differ between environments',
        fix: 'Move it to the top of the file.',
        atKey: true,
      }))
  })
}

function refuse(path: Finding['path'], message: string, fix: string) {
  return { findings: [{ path, message, fix, atKey: true }] }
}
