import type { CallRecord } from './aws/aws.ts'
import type { Clock } from './effects/clock.ts'
import type { Files } from './effects/files.ts'
import { ProvisionError } from './errors.ts'
import { version } from './version.ts'

/** What was asked of AWS, for those who want to look into a run. Holds no input and no output, so no secret. */
export interface RunLog {
  call(record: CallRecord): void
  /** `delay` in milliseconds. */
  retry(operation: string, error: Error, delay: number): void
}

/** Appends to the file, one JSON object for each call. Throws where it cannot be written, before anything is asked. */
export async function openLog(path: string, files: Files, clock: Clock): Promise<RunLog> {
  try {
    files.append(path, '', 'follow')
  } catch (error) {
    throw new ProvisionError({
      code: 'usage',
      message: `The log ${path} cannot be written: ${(error as Error).message}`,
      hint: 'Name a file in a folder that is there and may be written, with --log',
      cause: error,
    })
  }
  const { pino } = await clock.outside(() => import('pino'))
  const logger = pino(
    {
      level: 'debug',
      base: { provision: version },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: level => ({ level }) },
    },
    { write: line => files.append(path, line, 'follow') },
  )
  return {
    call: ({ service, operation, milliseconds, error, requestId }) => {
      const about = { service, operation, milliseconds, requestId }
      if (error === undefined) logger.debug(about, 'answered')
      else logger.warn({ ...about, error }, 'refused')
    },
    retry: (operation, { name }, delay) =>
      logger.info({ operation, error: name, delay: Math.round(delay) }, 'again'),
  }
}
