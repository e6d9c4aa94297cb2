/** Regular expressions from scenarios, against text from the wire: neither may make the judge hang. */
import { createContext, Script } from 'node:vm'

const maxPattern = 500
const maxText = 16 * 1024
/** A sane pattern needs microseconds; what backtracks for a second would do so for hours. */
const timeoutMs = 1000

const script = new Script('new RegExp(pattern).test(text)')
const sandbox = createContext(Object.create(null))

/** True or false, or in words why the pattern cannot be judged. */
export function matchesPattern(pattern: string, text: string): boolean | string {
  if (pattern.length > maxPattern) return `it is longer than ${maxPattern} characters`
  if (text.length > maxText) return `the text is longer than ${maxText} characters; look at a part of it`
  sandbox.pattern = pattern
  sandbox.text = text
  try {
    return script.runInContext(sandbox, { timeout: timeoutMs }) === true
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string }
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return 'it backtracks without end; avoid a repeat inside a repeat'
    if (name === 'SyntaxError') return message
    throw error
  }
}
