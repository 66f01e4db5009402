/** The only way to the disk. What is written follows no link that stands in its place, unless that is said. */
export interface Files {
  /**
   * Undefined when there is no such file; throws on anything else. With `atMost` (bytes), what is larger or no plain file
   * is refused unread: a device has no end, and a pipe may never begin.
   */
  read(path: string, atMost?: number): string | undefined
  /** All or nothing, on disk when it returns: temporary file, fsync, rename, fsync of the folder. Mode 0600. */
  replace(path: string, content: string): void
  /** Appends, and leaves it to the system when that reaches the disk. Makes the file with mode 0600. */
  append(path: string, content: string, links?: 'refuse' | 'follow'): void
  /** Appends and is on disk when it resolves; meanwhile the run goes on. Makes the file with mode 0600. */
  appendDurably(path: string, content: string): Promise<void>
  /** False when the file exists already; otherwise it has been made with this content, on disk when it returns. */
  createExclusively(path: string, content: string): boolean
  /** Absent already is success. */
  remove(path: string): void
  makeFolder(path: string): void
}
