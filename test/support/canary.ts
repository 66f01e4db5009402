/** A secret whose traces can be told from everything else. */
export const canary = 'kN4ry7ZqV"x-0nly\\S3cr&ets+hold/this'

const hex = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('hex')
const each = (write: (code: number) => string, between = '') =>
  [...canary].map(letter => write(letter.charCodeAt(0))).join(between)

/** What stays the same of base64 when the text begins at that byte of a triple. */
function base64At(offset: number): string {
  const encoded = Buffer.from('\0'.repeat(offset) + canary).toString('base64')
  return encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + canary.length) * 4) / 3) - 1)
}

/** The canary as it would look in passing through this or that; each in lower case. */
export const spellings: Readonly<Record<string, readonly string[]>> = lowered({
  plain: [canary],
  reversed: [[...canary].toReversed().join('')],
  base64: [0, 1, 2].flatMap(offset => [base64At(offset), base64At(offset).replaceAll('+', '-')]),
  hex: [hex(canary)],
  'hex of UTF-16': [hex(canary, 'utf16le')],
  url: [each(code => `%${code.toString(16)}`), encodeURIComponent(canary)],
  'JSON escapes': [
    each(code => `\\u${code.toString(16).padStart(4, '0')}`),
    JSON.stringify(canary).slice(1, -1),
  ],
  'HTML entities': [each(code => `&#${code};`), each(code => `&#x${code.toString(16)};`)],
  'a list of bytes': [each(String, ','), each(String, ', ')],
  'half of it': [canary.slice(0, canary.length / 2), canary.slice(canary.length / 2)],
})

function lowered(all: Readonly<Record<string, readonly string[]>>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, texts]) => [name, texts.map(text => text.toLowerCase())]),
  )
}

/** Which spellings of the canary the text holds, whatever the case of its letters. */
export function tracesIn(text: string): string[] {
  const low = text.toLowerCase()
  return Object.entries(spellings)
    .filter(([, texts]) => texts.some(spelling => low.includes(spelling)))
    .map(([name]) => name)
}

/** Puts members that hold secrets into an answer of AWS, and into every row of it. */
export function addSecrets(answer: object, value = canary): void {
  const secrets = {
    SecretString: value,
    MasterUserPassword: value,
    AuthToken: value,
    SecretAccessKey: value,
  }
  for (const [member, part] of Object.entries(answer)) {
    // Record sets are sent back as they came, and the names in maps belong to the user.
    if (/^(ResourceRecordSets|tags|attributes)$/i.test(member)) continue
    for (const row of Array.isArray(part) ? (part as unknown[]) : [part])
      if (typeof row === 'object' && row !== null && !(row instanceof Date)) Object.assign(row, secrets)
  }
  Object.assign(answer, secrets)
}
