import { afterEach, vi } from 'vitest'

// Files share one module graph, so whatever a test has replaced is put back before the next.
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
