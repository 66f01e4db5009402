/** The only way to the person or the pipe at the other end. */
export interface Terminal {
  /** What was asked for: to stdout, as it is. */
  out(text: string): void
  /** Progress and messages: to stderr, as it is. */
  err(text: string): void
  /** Someone can be asked: stdin and stderr are terminals. */
  readonly interactive: boolean
  /** Lines on stderr may be drawn over: it is a terminal and nobody records it. */
  readonly live: boolean
  readonly color: { readonly stdout: boolean; readonly stderr: boolean }
  readonly columns: number
  readonly unicode: boolean
  /** False also when the question was cancelled. */
  confirm(question: string): Promise<boolean>
  /** What is typed without being shown; undefined when the question was cancelled. */
  askSecret(question: string): Promise<string | undefined>
  /** All of stdin, to its end. */
  input(): Promise<string>
}

/** The part at the bottom of stderr that is drawn anew. */
export interface LiveArea {
  draw(text: string): void
  /** Puts text above the area, for good. */
  persist(text: string): void
  /** Leaves no trace of the area. */
  close(): void
}
