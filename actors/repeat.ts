/**
 * Action http/repeat, which every actor has: sends a request of before again, byte for byte, by the actor's own
 * caller, so that each time is a recorded hop. It is not built through make(): it was built already.
 */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ActResult } from './actor.ts'
import { CallFailed, type CallRequest } from './call.ts'
import { Refusal } from './checks.ts'
import type { Act, Runtime } from './runtime.ts'

const Input = Type.Object({
  request: Type.Object({
    method: Type.String(),
    url: Type.String(),
    headers: Type.Record(Type.String(), Type.String()),
    body: Type.String(),
    encoding: Type.Optional(Type.Literal('base64')),
  }),
  times: Type.Integer({ minimum: 1, maximum: 1000 }),
  atOnce: Type.Boolean(),
})
type Input = Static<typeof Input>

export function repeat({ call }: Pick<Runtime, 'call'>): Act {
  return async (input): Promise<ActResult> => {
    if (!Value.Check(Input, input)) {
      const [error] = Value.Errors(Input, input)
      const refusal = new Refusal(`The input of http/repeat does not fit: ${error?.message}.`)
      refusal.check = 'missing-input'
      throw refusal
    }
    const { times, atOnce } = input
    const request = requestOf(input)
    if (times === 1) {
      const { id, status } = await call(request)
      return { outputs: outputsOf([status]), answer: id }
    }
    const send = () => call(request).then(({ status }) => status, noAnswer)
    const statuses: (number | null)[] = []
    if (atOnce) statuses.push(...(await Promise.all(Array.from({ length: times }, send))))
    else while (statuses.length < times) statuses.push(await send())
    return { outputs: outputsOf(statuses) }
  }
}

/** Whose span it is and which host is asked, the caller says anew. */
function requestOf({ request: { method, url, headers, body, encoding } }: Input): CallRequest {
  const { host, traceparent, ...kept } = headers
  return { method, url, headers: kept, ...(body !== '' && { body: Buffer.from(body, encoding ?? 'utf8') }) }
}

function noAnswer(error: unknown): null {
  if (error instanceof CallFailed) return null
  throw error
}

const outputsOf = (statuses: (number | null)[]) => ({
  statuses,
  ok: statuses.filter((status) => status !== null && status >= 200 && status < 300).length,
})
