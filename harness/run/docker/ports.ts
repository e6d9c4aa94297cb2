/**
 * Ports that stay free for the case: of listeners in containers, the same inside and outside, so that a base URL is
 * the same from everywhere, and of listeners that are closed and opened again.
 */
import { randomInt } from 'node:crypto'
import { openServer } from '../../../actors/listen.ts'

/** Below those that a system gives out by itself (from 32768), so that no listener in-process takes one meanwhile. */
const FIRST = 20_000
const COUNT = 10_000
const ATTEMPTS = 100

/** Not this one next: two processes begin at different places. */
let next = randomInt(COUNT)

/** A port of loopback that is free now. @throws the last refusal when there is none */
export async function freePort(): Promise<number> {
  let refusal: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST + (next++ % COUNT)
    try {
      const open = await openServer('http', { port })
      await open.close()
      return port
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}
