import { mockClient } from 'aws-sdk-client-mock'
import { onTestFinished } from 'vitest'

/** `mockClient` until the end of the test: it replaces a method on the class, which every other test shares. */
export const stubbed: typeof mockClient = (client, options) => {
  const stub = mockClient(client, options)
  onTestFinished(() => stub.restore())
  return stub
}
