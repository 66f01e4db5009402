import { ProvisionError } from '../errors.ts'
import { defineStack } from './define.ts'

/** What a `provision.config.ts` exports by default. */
export async function loadProgram(file: string, shown: string): Promise<unknown> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(file, {
    fsCache: false,
    moduleCache: false,
    // The config finds us by name also where the package is not installed beside it.
    virtualModules: { 'provision-aws': { defineStack } },
  })
  try {
    return await jiti.import(file, { default: true })
  } catch (cause) {
    throw new ProvisionError({
      code: 'config',
      message: `${shown} cannot be run: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'It has to be TypeScript that exports the stack: export default defineStack({ … }).',
      cause,
    })
  }
}
