import { basename, resolve } from 'node:path'
import { ProvisionError } from '../errors.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'

const configName = 'provision.yaml'

/** Writes a first config into the working directory: a service with a repository of its own; and keeps `.provision/` out of git. Never overwrites. */
export function init({ effects: { files, cwd, environment, terminal } }: CommandContext): number {
  const dockerfile = files.read(resolve(cwd, 'Dockerfile'))
  const port =
    /^\s*EXPOSE\s+(\d+)/im.exec(dockerfile ?? '')?.[1] ?? (dockerfile === undefined ? '80' : '3000')
  const stack = stackName(basename(cwd))
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1'
  if (!files.createExclusively(resolve(cwd, configName), firstConfig(stack, region, port)))
    throw new ProvisionError({
      code: 'usage',
      message: `there is a ${configName} in ${cwd} already`,
      hint: 'change that one, or go to another folder',
    })
  const ignored = files.read(resolve(cwd, '.gitignore')) ?? ''
  if (!/^\/?\.provision\/?$/m.test(ignored))
    files.replace(
      resolve(cwd, '.gitignore'),
      `${ignored}${ignored && !ignored.endsWith('\n') ? '\n' : ''}.provision/\n`,
    )
  terminal.out(`${configName}\n`)
  terminal.err(
    [
      'Next: provision up --sandbox                    tries it in the sandbox, without an AWS account',
      '      provision up                              creates everything on AWS; the service waits for its first image',
      '      provision rollout web --build . --tag v1  builds and pushes the image, and starts the service',
      'For each later version: the same rollout with another tag',
      ...(dockerfile === undefined ? ['--build . needs a Dockerfile, and there is none here yet'] : []),
    ]
      .map(line => `${line}\n`)
      .join(''),
  )
  return exitCodes.done
}

function firstConfig(stack: string, region: string, port: string): string {
  return `# yaml-language-server: $schema=./node_modules/provision-aws/schema.json
stack: ${stack}
region: ${region}
environment: production

repositories:
  web: {}

services:
  web:
    repository: web
    port: ${port}
    paths: ["/*"]
`
}

/** What the schema takes as a name. */
function stackName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 31)
    .replace(/-+$/, '')
  return name || 'stack'
}
