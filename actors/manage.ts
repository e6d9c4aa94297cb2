/** Entry of an actor's own process: opens its management port, says which in one line of JSON, ends with its parent. */
import { manage } from './management.ts'
import { tokenFrom } from './token.ts'

let token: string
try {
  token = tokenFrom(process.env)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(2)
}
const { port } = await manage({ token })
process.stdout.write(`${JSON.stringify({ port })}\n`)

// Everything here is throw-away: when whoever drives it is gone, there is nothing to tidy up.
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
