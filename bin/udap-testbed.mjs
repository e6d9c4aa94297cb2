#!/usr/bin/env node
// No static imports: on an old Node a library would die at its import with a riddle.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`udap-testbed needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`)
  process.exit(2)
}
const { existsSync } = await import('node:fs')
// A checkout runs its source, so that a dist/ of yesterday is never run by mistake; the package has dist/ only.
const source = new URL('../harness/cli/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/harness/cli/main.js', import.meta.url).href)
