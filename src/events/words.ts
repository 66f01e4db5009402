import type { RunAction } from './event.ts'

interface Words {
  readonly doing: string
  readonly done: string
}

export const words: Record<RunAction | 'release', Words> = {
  create: { doing: 'creating', done: 'created' },
  update: { doing: 'updating', done: 'updated' },
  replace: { doing: 'replacing', done: 'replaced' },
  delete: { doing: 'deleting', done: 'deleted' },
  adopt: { doing: 'adopting', done: 'adopted' },
  release: { doing: 'releasing', done: 'released' },
  resume: { doing: 'resuming', done: 'resumed' },
}
