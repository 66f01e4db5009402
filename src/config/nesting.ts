import { LineCounter, Lexer, Parser } from 'yaml'

/** Far more than any config has; building much deeper ones overflows the stack. */
const deepest = 64

/** The first place that is nested too deeply; undefined where none is. Takes no stack itself. */
export function tooDeepAt(source: string): { readonly line: number; readonly column: number } | undefined {
  const lines = new LineCounter()
  const parser = new Parser(lines.addNewLine)
  for (const lexeme of new Lexer().lex(source)) {
    for (const token of parser.next(lexeme)) void token
    if (parser.stack.length <= deepest) continue
    const { line, col } = lines.linePos(parser.offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  return undefined
}
