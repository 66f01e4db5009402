import { ProvisionError } from '../errors.ts'

/**
 * The words of a command line, split as a shell would split them, and nothing more: quotes and backslashes group,
 * nothing is expanded, and no shell runs. Throws with code `usage` on an open quote or an empty command.
 */
export function argvOf(text: string): [file: string, ...args: string[]] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (quote) {
      if (character === quote) quote = undefined
      else if (character === '\\' && quote === '"' && /["\\]/.test(text[at + 1] ?? '')) word += text[++at]!
      else word += character
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word ??= ''
      if (character === '"' || character === "'") quote = character
      else if (character === '\\' && at + 1 < text.length) word += text[++at]!
      else word += character
    }
  }
  if (word !== undefined) words.push(word)
  const [file, ...args] = words
  if (quote || file === undefined || file === '')
    throw new ProvisionError({
      code: 'usage',
      message: quote ? `a quote is not closed in: ${text}` : 'a check has no command',
      hint: `write --verify "npm run smoke"; no shell runs it, so for pipes and && write --verify "sh -c '…'"`,
    })
  return [file, ...args]
}
