/** Where the project lies, and its version; apart from the testbed, whose modules take their time to load. */
import { readFileSync } from 'node:fs'

/** The folder of spec/, certs/ and scenarios/: a checkout's root, or the package's, whose code is in dist/. */
export const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)

export const version: string = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version
