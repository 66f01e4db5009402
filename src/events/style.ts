import { stripVTControlCharacters, styleText } from 'node:util'

const tones = {
  added: 'green',
  changed: 'yellow',
  removed: 'red',
  warning: 'yellow',
  failed: 'red',
  muted: 'dim',
  strong: 'bold',
} as const

/** Text by what it means. Colour never carries the meaning alone. */
export type Style = Readonly<Record<keyof typeof tones, (text: string) => string>>

export function styleFor(color: boolean): Style {
  const tone = (name: keyof typeof tones) => (text: string) =>
    // Whether to colour was decided per stream by the terminal; Node would look at its own stdout.
    color ? styleText(tones[name], text, { validateStream: false }) : text
  return {
    added: tone('added'),
    changed: tone('changed'),
    removed: tone('removed'),
    warning: tone('warning'),
    failed: tone('failed'),
    muted: tone('muted'),
    strong: tone('strong'),
  }
}

const controls = /[\p{Cc}\p{Bidi_Control}]/gu

/** Text from outside on one line, unable to move the cursor, colour, or reorder what stands around it. */
export function safe(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(controls, '')
}
