import { isUnknown } from '../resources/reference.ts'
import { canonical } from '../resources/json.ts'
import { safe } from './style.ts'

const longest = 100

/** A value of a plan on one line. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '(not set)'
  if (isUnknown(value)) return unknownText(value.unknown)
  if (typeof value === 'string') return cut(/^\S+$/.test(value) ? safe(value) : safe(JSON.stringify(value)))
  if (typeof value !== 'object') return String(value)
  return cut(safe(compact(value)))
}

function unknownText(of: string): string {
  return `(known after ${safe(of.replace(/\.[^./]*$/, ''))})`
}

/** JSON with the unknown parts in words. */
function compact(value: unknown): string {
  if (isUnknown(value)) return unknownText(value.unknown)
  if (Array.isArray(value)) return `[${value.map(compact).join(', ')}]`
  if (typeof value !== 'object' || value === null) return canonical(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${key}: ${compact(member)}`).join(', ')}}`
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text
}
