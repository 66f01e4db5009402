import type { Files } from '../../src/effects/files.ts'

/** A disk that exists only in a map: in this one, or in one that begins with this content. */
export function memoryFiles(content: Readonly<Record<string, string>> | Map<string, string> = {}): Files {
  const files = content instanceof Map ? content : new Map(Object.entries(content))
  const append = (path: string, text: string) => void files.set(path, (files.get(path) ?? '') + text)
  return {
    read: path => files.get(path),
    replace: (path, text) => void files.set(path, text),
    append,
    appendDurably: async (path, text) => append(path, text),
    createExclusively: (path, text) => {
      if (files.has(path)) return false
      files.set(path, text)
      return true
    },
    remove: path => void files.delete(path),
    makeFolder: () => undefined,
  }
}
