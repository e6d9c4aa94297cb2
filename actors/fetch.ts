/** Lets certificate validation fetch: each of its requests is a hop of the actor that validates. */
import type { Fetch } from '../certs/fetch.ts'
import type { Runtime } from './runtime.ts'

export function fetchThrough(runtime: Runtime): Fetch {
  return async (request) => {
    const { status, headers, body } = await runtime.call(request)
    return { status, headers, body }
  }
}
