import type { StackInput } from './schema/stack.ts'

/** Gives `provision.config.ts` its types: `export default defineStack({ stack: 'shop', … })`. */
export function defineStack(stack: StackInput): StackInput {
  return stack
}
