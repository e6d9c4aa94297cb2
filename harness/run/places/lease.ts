/** The lease on an actor that runs apart: held by one open connection, so that each end notices when the other dies. */
import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { messageOf } from '../stage-broken.ts'

export interface Lease {
  /** Resolves when the actor's process has let the connection go. */
  lost: Promise<void>
  /** Lets the actor go. */
  release(): void
}

/** Between two attempts. */
const AGAIN_MS = 100

/** Why there is no lease: the last answer, or what went wrong with the connection. */
export class NoLease extends Error {}

/**
 * Asks until the management port answers and nobody else holds the lease.
 *
 * @param signal ends the attempts
 * @throws NoLease
 */
export async function takeLease(origin: string, token: string, signal: AbortSignal): Promise<Lease> {
  const agent = new Agent({ headersTimeout: 5_000, bodyTimeout: 0 })
  let last = 'no answer'
  while (!signal.aborted) {
    // Of this attempt alone: the lease outlives the signal.
    const attempt = new AbortController()
    const stop = () => attempt.abort()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const { statusCode, body } = await request(`${origin}/lease`, {
        dispatcher: agent,
        headers: { authorization: `Bearer ${token}` },
        signal: attempt.signal,
      })
      if (statusCode === 200) {
        const { promise: lost, resolve } = Promise.withResolvers<void>()
        body.on('error', () => resolve()).on('close', () => resolve())
        body.resume()
        return { lost, release: () => void agent.destroy() }
      }
      await body.dump()
      if (statusCode === 401) {
        last = 'it does not accept the token'
        break
      }
      last = statusCode === 409 ? 'another run drives it' : `it answered ${statusCode}`
    } catch (error) {
      if (signal.aborted) break
      last = messageOf(error)
    } finally {
      signal.removeEventListener('abort', stop)
    }
    await pause(AGAIN_MS, undefined, { signal }).catch(() => {})
  }
  await agent.destroy()
  throw new NoLease(last)
}
