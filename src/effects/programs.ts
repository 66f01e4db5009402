/** A program to run. There is no shell: nothing in `args` is ever interpreted. */
export interface ProgramRun {
  /** An absolute path, or a name that PATH resolves. */
  readonly file: string
  readonly args: readonly string[]
  readonly cwd?: string | undefined
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Goes to stdin, which is then closed. The place for a secret: command lines can be seen by all. */
  readonly input?: string | undefined
  /** Milliseconds after which it is ended. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
  /** Each line of stdout and stderr as it comes. */
  readonly onLine?: ((line: string) => void) | undefined
}

export interface ProgramEnd {
  /** Undefined when it was ended from outside or could not be started. */
  readonly code: number | undefined
  /** Why there is no code: `timed out`, `not found`, a signal's name. */
  readonly why?: string
  /** The last lines of stdout and stderr, in order. */
  readonly lastLines: readonly string[]
}

/** The only way to other programs. */
export interface Programs {
  /** The absolute path of a program on PATH. */
  find(name: string): string | undefined
  /** Never rejects: what went wrong is in the answer. */
  run(program: ProgramRun): Promise<ProgramEnd>
}

/** Where a request goes instead of to the host of its URL. */
export interface Connect {
  readonly host: string
  /** The name that the certificate there has to be for. */
  readonly name: string
}

export interface StatusOptions {
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly timeout: number
  readonly connect?: Connect | undefined
}

/** The only way to the web besides AWS's API. */
export interface Web {
  /** The status code of a GET. Redirects are not followed. Rejects when nobody answers within `timeout`. */
  status(url: string, options: StatusOptions): Promise<number>
  /** What a GET answers, up to a megabyte. Rejects on any status but 200, and as `status` does. */
  text(url: string, options: { readonly timeout: number }): Promise<string>
  /** The status code of a POST of that JSON. Redirects are refused. Rejects as `status` does; the error may hold the URL. */
  post(url: string, options: { readonly body: string; readonly timeout: number }): Promise<number>
}
