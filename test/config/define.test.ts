import { describe, expect, it } from 'vitest'
import { defineStack } from '../../src/config/define.ts'

describe('defineStack', () => {
  it('gives back what it was given, and knows its shape', () => {
    const stack = defineStack({
      stack: 'shop',
      region: 'us-east-1',
      fileSystems: { files: {} },
      services: { web: { image: 'nginx', port: 80, paths: ['/*'], uses: [{ files: '/mnt' }] } },
      environments: {
        dev: { services: { web: { desiredCount: 0, paths: null } } },
        // @ts-expect-error There is no such key.
        prod: { servces: {} },
      },
    })
    expect(stack.environments?.['dev']).toEqual({ services: { web: { desiredCount: 0, paths: null } } })
  })
})
