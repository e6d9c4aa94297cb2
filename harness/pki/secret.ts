/** Secrets: named where they are, in the environment or in a file, and never said. */
import { readBytes } from './files.ts'
import { Unusable } from './unusable.ts'

export type Secret = { env: string } | { file: string }

/** @throws Unusable naming the variable or the file */
export function readSecret(secret: Secret): string {
  if ('file' in secret) {
    // Editors and `echo` end a file with a line break, which is nobody's password.
    return readBytes(secret.file)
      .toString('utf8')
      .replace(/\r?\n$/, '')
  }
  const value = process.env[secret.env]
  if (value === undefined) throw new Unusable(`Environment variable ${secret.env}`, 'it is not set.')
  return value
}
