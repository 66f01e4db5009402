// In a checkout npm links the commands of dependencies, but not the package's own. With this link `npx provision`
// runs the checkout; without it npx would look for an unrelated package of that name.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'

const link = 'node_modules/.bin/provision'
mkdirSync('node_modules/.bin', { recursive: true })
rmSync(link, { force: true })
symlinkSync('../../bin/provision.js', link)
