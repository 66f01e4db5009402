import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const virtualEnvironment = fileURLToPath(new URL('../../.venv-moto', import.meta.url))

/** Packages by what imports them. */
const packages = {
  moto: 'moto[server]==5.2.1',
  parliament: 'parliament==1.6.4',
  // Parliament finds its data with it; a new virtual environment has none since Python 3.12.
  setuptools: 'setuptools==80.9.0',
} as const

const checks: Readonly<Record<keyof typeof packages, string>> = {
  moto: "import flask, flask_cors, moto; assert moto.__version__ == '5.2.1'",
  parliament: "import parliament; assert parliament.__version__ == '1.6.4'",
  setuptools: 'import pkg_resources',
}

/** A Python that has these packages: the system's, else one of our own, made on first use. */
export function pythonWith(...needed: readonly (keyof typeof packages)[]): string {
  const own = `${virtualEnvironment}/bin/python`
  for (const candidate of [own, 'python3']) if (has(candidate, needed)) return candidate
  // With what the system has: only the rest is installed.
  if (!existsSync(own)) run('python3', ['-m', 'venv', '--system-site-packages', virtualEnvironment])
  const missing = needed.filter(name => !has(own, [name]))
  run(own, ['-m', 'pip', 'install', '--quiet', ...missing.map(name => packages[name])])
  return own
}

function has(candidate: string, needed: readonly (keyof typeof packages)[]): boolean {
  const check = needed.map(name => checks[name]).join('\n')
  return spawnSync(candidate, ['-W', 'ignore', '-c', check]).status === 0
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`)
}
