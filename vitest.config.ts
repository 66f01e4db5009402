import { defineConfig } from 'vitest/config'

const env = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
}

export default defineConfig({
  test: {
    env,
    // Vitest would leave one core unused, and of two that is half.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/process/**', 'test/moto/**', 'test/sim/**', 'test/edits/**'],
          // Loading the SDK anew for each file would cost eighteen times as much.
          isolate: false,
          pool: 'threads',
          setupFiles: ['test/support/restore.ts'],
          // A whole life takes seconds; on a busy machine that may be minutes, and no test depends on it.
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts', 'test/edits/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'moto',
          include: ['test/moto/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
