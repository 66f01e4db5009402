import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Plugin } from 'rolldown'
import { defineConfig } from 'rolldown'

const src = join(import.meta.dirname, 'src')
/** The files of which the program for the command line is made: `cli.ts`, and what it declares commands with. */
const commandLine = [
  'cli',
  ...[...readFileSync(join(src, 'cli.ts'), 'utf8').matchAll(/ from '\.\/(commands\/[^']+)\.ts'/g)].map(
    ([, name]) => name!,
  ),
]

/** `commands/plan` for `src/commands/plan.ts`, as it is named by a file of the command line. */
const nameOf = (path: string, importer: string) =>
  relative(src, join(importer, '..', path)).replace(/\.ts$/, '')

/** What the command line loads once it knows what was typed. */
const lazy = commandLine.flatMap(file => {
  const path = join(src, `${file}.ts`)
  const imports = readFileSync(path, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g)
  return [...imports].map(([, imported]) => nameOf(imported!, path))
})

const lazyBeside: Plugin = {
  name: 'lazy-beside',
  resolveId: (source, importer, { kind }) =>
    kind === 'dynamic-import' && importer
      ? { id: `./${nameOf(source, importer)}.js`, external: 'absolute' }
      : undefined,
}

// commander loads it for commands that are programs of their own. We have none, and it is a tenth of what --help costs.
const withoutChildProcess: Plugin = {
  name: 'commander-without-child-process',
  resolveId: source => (source === 'node:child_process' ? '\0nothing' : undefined),
  load: id => (id === '\0nothing' ? 'export {}' : undefined),
}

// Names are kept for the sake of stack traces in reports of bugs.
const small = { keepNames: true, minify: { mangle: true, compress: true, codegen: true } }

export default defineConfig([
  {
    input: {
      index: 'src/index.ts',
      ...Object.fromEntries(lazy.map(name => [name, `src/${name}.ts`])),
    },
    platform: 'node',
    // jiti and pino load files of their own, and zod's types are part of our own types: all stay packages.
    external: ['jiti', 'pino', '@viz-js/viz', /^node:/],
    resolve: { mainFields: ['module', 'main'] },
    // write-file-atomic names its temporary files after these.
    transform: { define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' } },
    output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunk-[hash].js', cleanDir: true, ...small },
  },
  {
    // Node starts a single file of CommonJS without its loader of ES modules: a tenth of what --help costs.
    input: { cli: 'src/cli.ts' },
    plugins: [lazyBeside, withoutChildProcess],
    platform: 'node',
    external: /^node:(?!child_process$)/,
    output: { dir: 'dist', format: 'cjs', entryFileNames: '[name].cjs', ...small },
  },
])
