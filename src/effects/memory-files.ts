import type { Files } from './files.ts'

export interface MemoryFiles extends Files {
  readonly contents: Map<string, string>
}

export type FilesOperation = keyof Files

/**
 * Files that live in a map. `failing` may name an errno for an operation: nothing is done then, except that an append
 * leaves half of its content behind, as a full disk does.
 */
export function memoryFiles(
  failing: (operation: FilesOperation, path: string) => string | undefined = () => undefined,
): MemoryFiles {
  const contents = new Map<string, string>()
  const fail = (operation: FilesOperation, path: string) => {
    const code = failing(operation, path)
    if (code) throw Object.assign(new Error(`${code}: ${operation} '${path}'`), { code })
  }
  const append = (operation: 'append' | 'appendDurably', path: string, content: string) => {
    const before = contents.get(path) ?? ''
    try {
      fail(operation, path)
    } catch (error) {
      contents.set(path, before + content.slice(0, content.length / 2))
      throw error
    }
    contents.set(path, before + content)
  }
  return {
    contents,
    read(path) {
      fail('read', path)
      return contents.get(path)
    },
    replace(path, content) {
      fail('replace', path)
      contents.set(path, content)
    },
    append: (path, content) => append('append', path, content),
    appendDurably: async (path, content) => append('appendDurably', path, content),
    createExclusively(path, content) {
      fail('createExclusively', path)
      if (contents.has(path)) return false
      contents.set(path, content)
      return true
    },
    remove(path) {
      fail('remove', path)
      contents.delete(path)
    },
    makeFolder(path) {
      fail('makeFolder', path)
    },
  }
}
