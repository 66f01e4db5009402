import type { Clock } from '../effects/clock.ts'
import type { Connect, Programs, Web } from '../effects/programs.ts'
import { argvOf } from './argv.ts'

/** What has to be right before a release goes on. */
export type Check =
  | { readonly kind: 'command'; readonly text: string }
  /** A GET of this path must answer 200 to 399. */
  | { readonly kind: 'http'; readonly path: string }

/** Where a check finds the new version. */
export interface Endpoint {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string
  /** What the listener rule asks for. */
  readonly headers: Readonly<Record<string, string>>
  /** Given where the URL has the name of a certificate, which need not lead to the load balancer yet, or not the one. */
  readonly connect?: Connect | undefined
  /** The one of the headers that test traffic is known by. */
  readonly testHeader?: TestHeader | undefined
}

/** A header with its value. */
export interface TestHeader {
  readonly name: string
  readonly value: string
}

export interface CheckTools {
  readonly programs: Programs
  readonly web: Web
  readonly clock: Clock
  readonly cwd: string
  readonly signal?: AbortSignal | undefined
}

export interface CheckEnd {
  readonly passed: boolean
  /** Exit code, status code, or the last lines that a command wrote. */
  readonly details: readonly string[]
}

/** Milliseconds a command may take; less than ECS waits for us at a pause. */
const commandTimeout = 10 * 60_000
const httpTimeout = 10_000
/** A load balancer needs a moment until a rule it has just been given holds everywhere. */
const httpTries = 5
const httpPause = 3000

export function checkText(check: Check): string {
  return check.kind === 'command' ? check.text : `GET ${check.path}`
}

/** Runs one check. Never rejects: a check that cannot be run has failed. */
export async function runCheck(
  check: Check,
  endpoint: Endpoint | undefined,
  variables: Readonly<Record<string, string>>,
  tools: CheckTools,
): Promise<CheckEnd> {
  return check.kind === 'command'
    ? runCommand(check.text, variables, tools)
    : askOverHttp(check.path, endpoint, tools)
}

async function runCommand(
  text: string,
  environment: Readonly<Record<string, string>>,
  { programs, clock, cwd, signal }: CheckTools,
): Promise<CheckEnd> {
  const [file, ...args] = argvOf(text)
  const { code, why, lastLines } = await clock.outside(() =>
    programs.run({ file, args, cwd, environment, timeout: commandTimeout, signal }),
  )
  if (code === 0) return { passed: true, details: [] }
  return {
    passed: false,
    details: [code === undefined ? (why ?? 'ended') : `exit code ${code}`, ...lastLines],
  }
}

async function askOverHttp(
  path: string,
  endpoint: Endpoint | undefined,
  tools: CheckTools,
): Promise<CheckEnd> {
  if (!endpoint) return { passed: false, details: ['the service has no address to ask: it has no `paths`'] }
  const { web, clock, signal } = tools
  let answer = ''
  for (let attempt = 1; attempt <= httpTries; attempt++) {
    try {
      const status = await web.status(`${endpoint.url}${path}`, {
        headers: endpoint.headers,
        timeout: httpTimeout,
        connect: endpoint.connect,
      })
      if (status >= 200 && status < 400) return { passed: true, details: [] }
      answer = `status ${status}`
    } catch (error) {
      answer = (error as Error).message
    }
    if (attempt < httpTries) await clock.sleep(httpPause, signal)
  }
  return { passed: false, details: [`${endpoint.url}${path}: ${answer}`] }
}
