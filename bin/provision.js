#!/usr/bin/env node
'use strict'
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`provision needs Node 20.19 or newer; this is ${process.versions.node}\n`)
  process.exit(64)
}
// From Node 22.8 on: what was compiled once is kept for the next start.
require('node:module').enableCompileCache?.()
require('../dist/cli.cjs')
