import { mockClient as mock } from 'aws-sdk-client-mock'
import { onTestFinished } from 'vitest'

/** Stubs a client for the running test only: files share one module graph, and with it the client classes. */
export const mockClient: typeof mock = client => {
  const stub = mock(client)
  onTestFinished(() => stub.restore())
  return stub
}
