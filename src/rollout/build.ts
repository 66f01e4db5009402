import type { Aws } from '../aws/aws.ts'
import type { Clock } from '../effects/clock.ts'
import type { Programs } from '../effects/programs.ts'
import { ProvisionError } from '../errors.ts'
import type { RunEvent } from '../events/event.ts'
import type { Target } from './target.ts'

/** Milliseconds. */
const buildTimeout = 60 * 60_000

export interface Build {
  /** Folder with a Dockerfile. */
  readonly folder: string
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
  readonly repository: string
  readonly tag: string
  readonly target: Target
}

interface BuildEnvironment {
  readonly programs: Programs
  readonly cwd: string
  readonly clock: Clock
  readonly aws: Aws
  readonly say: (event: RunEvent) => void
  readonly signal: AbortSignal | undefined
}

/**
 * Builds an image with the Docker or Podman that is installed, and pushes it. Gives its reference by tag. The registry's
 * password goes to the program's stdin, never to a command line. Throws with code `failed` when a program fails.
 */
export async function buildAndPush(
  { folder, repository, tag, target }: Build,
  { programs, cwd, clock, aws, say, signal }: BuildEnvironment,
): Promise<string> {
  if (!repository.includes('.dkr.ecr.'))
    throw new ProvisionError({
      code: 'usage',
      message: `${target.name} has no repository of its own to push to`,
      hint: 'give it a repository in the config and run provision up',
    })
  const file = programs.find('docker') ?? programs.find('podman')
  if (!file)
    throw new ProvisionError({
      code: 'failed',
      message: 'neither docker nor podman is on PATH',
      hint: 'install one of them, or push the image elsewhere and release it with --tag',
    })
  const reference = `${repository}:${tag}`
  const platform = `linux/${target.config.architecture === 'arm64' ? 'arm64' : 'amd64'}`
  const run = async (what: string, args: readonly string[], input?: string) => {
    say({ type: 'note', level: 'info', message: `${target.name}: ${what}` })
    const { code, why, lastLines } = await clock.outside(() =>
      programs.run({ file, args, cwd, input, timeout: buildTimeout, signal }),
    )
    if (code === 0) return
    throw new ProvisionError({
      code: 'failed',
      message: [`${what} failed: ${why ?? `exit code ${code}`}`, ...lastLines].join('\n  '),
      hint: 'mend it and run the same command again; nothing was released',
    })
  }
  await run(`building ${folder} for ${platform}`, [
    'build',
    '--platform',
    platform,
    '--tag',
    reference,
    '--',
    folder,
  ])
  const { user, password, registry } = await loginOf(aws, repository)
  await run(
    `signing in to ${registry}`,
    ['login', '--username', user, '--password-stdin', registry],
    password,
  )
  await run(`pushing ${reference}`, ['push', reference])
  return reference
}

/** ECR's token is `user:password` in base64, good for twelve hours. */
async function loginOf(aws: Aws, repository: string) {
  const { authorizationData = [] } = await aws.ecr.getAuthorizationToken({})
  const token = Buffer.from(authorizationData[0]?.authorizationToken ?? '', 'base64').toString('utf8')
  const [user = '', ...rest] = token.split(':')
  return { user, password: rest.join(':'), registry: repository.split('/')[0]! }
}
