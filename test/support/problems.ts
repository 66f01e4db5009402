import { loadConfig } from '../../src/config/load.ts'
import { ConfigInvalid } from '../../src/config/problems.ts'
import { memoryFiles } from './memory-files.ts'

/** The problems of a stack with this in it, as `path: message`. */
export async function problemsOf(stack: object): Promise<string[]> {
  const source = JSON.stringify({ stack: 'shop', environment: 'dev', region: 'us-east-1', ...stack })
  const files = memoryFiles({ '/work/provision.json': source })
  try {
    await loadConfig({ files, cwd: '/work' })
    return []
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error
    return error.problems.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`)
  }
}
