/** Entry of an actor's own process: opens its management port, says which in one line of JSON, ends with its parent. */
import { manage } from './management.ts'

const token = process.env.UDAP_TESTBED_TOKEN
if (!token) {
  process.stderr.write('Set UDAP_TESTBED_TOKEN: whoever drives this actor must show it.\n')
  process.exit(2)
}
const { port } = await manage(token)
process.stdout.write(`${JSON.stringify({ port })}\n`)

// Everything here is throw-away: when whoever drives it is gone, there is nothing to tidy up.
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
