import { dirname, join } from 'node:path'
import type { Files } from '../effects/files.ts'
import { ProvisionError } from '../errors.ts'

/** Bytes. Far more than any config has; what YAML may hold is less (`document.ts`). */
export const largestFile = 5 * 1024 * 1024

const configNames = ['provision.config.ts', 'provision.yaml', 'provision.yml', 'provision.json'] as const

/** The config file of the folder, or of the nearest one above it that has one. */
export function discoverConfig(files: Files, cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = configNames.filter(name => stands(files, join(folder, name)))
    if (found.length > 1)
      throw new ProvisionError({
        code: 'config',
        message: `${folder} has ${found.join(' and ')}, and only one can count.`,
        hint: 'Remove all but one, or say which with --config.',
      })
    if (found[0]) return join(folder, found[0])
    if (folder === dirname(folder)) break
  }
  throw new ProvisionError({
    code: 'config',
    message: `There is no ${configNames[1]} in ${cwd} or above it.`,
    hint: 'Make one with `provision init`, or say where it is with --config.',
  })
}

/** One that cannot be read stands there all the same: whoever reads it next says why it cannot. */
function stands(files: Files, file: string): boolean {
  try {
    return files.read(file, largestFile) !== undefined
  } catch {
    return true
  }
}
