import { loadConfig } from '../../src/config/load.ts'
import { ConfigInvalid } from '../../src/config/problems.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { describeStack } from '../../src/steps/index.ts'
import { facts } from './facts.ts'
import { memoryFiles } from './memory-files.ts'

/** The config of the stack `shop` in the environment `dev` with this in it. */
export async function configOf(stack: object) {
  const source = JSON.stringify({ stack: 'shop', environment: 'dev', region: 'us-east-1', ...stack })
  const { config } = await loadConfig({
    files: memoryFiles({ '/work/provision.json': source }),
    cwd: '/work',
  })
  return config
}

/** What the steps declare for it. */
export async function resourcesOf(stack: object, more = {}): Promise<Resource[]> {
  return describeStack(await configOf(stack), facts(more))
}

/** Its problems, as `path: message. fix`. */
export async function problemsOf(stack: object): Promise<string[]> {
  try {
    await configOf(stack)
    return []
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error
    return error.problems.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`)
  }
}
