/** The token of a management port, as its environment says it: never on a command line, which others can read. */
import { readFileSync } from 'node:fs'

/** @throws Error that says what to set */
export function tokenFrom(env: NodeJS.ProcessEnv): string {
  const { UDAP_TESTBED_TOKEN: token, UDAP_TESTBED_TOKEN_FILE: file } = env
  if (token) return token
  if (!file)
    throw new Error(
      'Set UDAP_TESTBED_TOKEN, or UDAP_TESTBED_TOKEN_FILE to the path of a file with it: ' +
        'whoever drives an actor shows it.',
    )
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Error(`UDAP_TESTBED_TOKEN_FILE cannot be read: ${(error as Error).message}.`)
  }
  if (text === '') throw new Error(`UDAP_TESTBED_TOKEN_FILE: ${file} is empty; it holds the token.`)
  return text
}
