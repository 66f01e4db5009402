import { defineConfig } from 'rolldown'

// commander loads it for commands that are programs of their own. We have none, and it is a tenth of what --help costs.
const withoutChildProcess = {
  name: 'commander-without-child-process',
  resolveId: (source: string, importer: string | undefined) =>
    source !== 'node:child_process'
      ? undefined
      : importer?.includes('/commander/')
        ? '\0nothing'
        : { id: source, external: true },
  load: (id: string) => (id === '\0nothing' ? 'export {}' : undefined),
}

export default defineConfig({
  plugins: [withoutChildProcess],
  input: { cli: 'src/cli.ts', index: 'src/index.ts' },
  platform: 'node',
  // jiti and pino load files of their own, and zod's types are part of our own types: all stay packages.
  external: ['jiti', 'pino', '@viz-js/viz', /^node:(?!child_process$)/],
  resolve: { mainFields: ['module', 'main'] },
  // write-file-atomic names its temporary files after these.
  transform: { define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' } },
  output: {
    dir: 'dist',
    // What each command needs before its first word, in one file: Node takes longer to find four than to read them.
    codeSplitting: {
      groups: [
        {
          name: 'start',
          test: /\/src\/(effects\/|events\/style|errors|version|commands\/(command|lock-wait|examples)\.)/,
        },
      ],
    },
    format: 'esm',
    // Names are kept for the sake of stack traces in reports of bugs.
    keepNames: true,
    minify: { mangle: true, compress: true, codegen: true },
    chunkFileNames: 'chunk-[hash].js',
    cleanDir: true,
  },
})
