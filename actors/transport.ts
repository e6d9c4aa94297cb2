/** How the answers of a server get lost or spoilt on their way, whatever is in them: for every kind that serves. */
import type { ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import type { Fault } from './make.ts'
import { bufferAnswer, cutBody } from './response.ts'
import type { Runtime } from './runtime.ts'
import { spoilt } from './spoil.ts'

interface Transport {
  answers: 'at once' | 'never' | 'late' | 'elsewhere'
  /** Of the body. `half` promises the whole and hangs up; `truncated` says that the half is all. */
  sends: 'all' | 'half' | 'truncated' | 'padded'
  type: 'own' | 'other'
  length: 'own' | 'longer'
}

/** Longer than anybody here waits for an answer (call.ts). */
const LATE_MS = 12_000
/** More than anybody here reads (call.ts). */
const HUGE_BYTES = 5 * 1024 * 1024

const row = (mutation: string, title: string, set: Partial<Transport>) =>
  spoilt('transport', { mutation, title, breaks: [], set })

/** Fires when a connection begins, before there is any request. */
const OTHER_NAME = 'transport/other-name'

/** Of whoever serves plain HTTP. */
export const httpFaults: Fault[] = [
  row('down', 'The connection is reset before an answer comes.', { answers: 'never' }),
  row('slow', `The answer comes after ${LATE_MS / 1000} s, when nobody waits for it any more.`, {
    answers: 'late',
  }),
  row('redirect-loop', 'The answer is a redirect to the same URL.', { answers: 'elsewhere' }),
  row('cut', 'The connection ends in the middle of the body.', { sends: 'half' }),
  row('truncated', 'The body is only half of itself, as if that were all.', { sends: 'truncated' }),
  row('huge', `The body goes on with blanks for ${HUGE_BYTES / 1024 / 1024} MiB.`, { sends: 'padded' }),
  row('wrong-type', 'The Content-Type is text/plain.', { type: 'other' }),
  row('wrong-length', 'The Content-Length is ten bytes more than are sent.', { length: 'longer' }),
]

export const transportFaults: Fault[] = [
  ...httpFaults,
  {
    name: OTHER_NAME,
    artifact: 'transport',
    title: 'The TLS certificate is for another host name.',
    on: 'draft',
    scope: 'actor',
    touches: [],
    breaks: [],
    change: (draft: Transport) => draft,
  },
]

/** Lets the request be answered, as far as the armed faults let it. */
export async function transport(
  runtime: Runtime,
  response: ServerResponse,
  answer: () => void,
): Promise<void> {
  const draft: Transport = { answers: 'at once', sends: 'all', type: 'own', length: 'own' }
  const { answers, sends, type, length } = await runtime.make('transport', draft, (made) => made)
  if (answers === 'never') return reset(response)
  if (answers === 'elsewhere') return redirectToItself(response)
  if (sends === 'half') cutBody(response)
  if (sends === 'truncated') bufferAnswer(response, (body) => body.subarray(0, body.length / 2))
  if (sends === 'padded')
    bufferAnswer(response, (body) => Buffer.concat([body, Buffer.alloc(HUGE_BYTES, ' ')]))
  if (type === 'other') bufferAnswer(response, (body) => body, { 'content-type': 'text/plain' })
  if (length === 'longer') bufferAnswer(response, (body) => body, {}, 10)
  if (answers === 'late') await late(response)
  if (!response.destroyed) answer()
}

/** TLS shows its certificate before anything else: which one is decided as a connection comes. */
export function serveOtherName(runtime: Runtime, server: HttpsServer): void {
  const { certificate, otherName } = runtime.context.tls
  if (!certificate || !otherName) return
  server.prependListener('connection', () => {
    const wrong = runtime.faults.armed(OTHER_NAME)
    if (wrong) runtime.faults.fire(OTHER_NAME)
    const { chain, key } = wrong ? otherName : certificate
    server.setSecureContext({ cert: chain, key })
  })
}

function reset({ req: { socket } }: ServerResponse): void {
  // Only a bare TCP connection can be reset; one of TLS ends without its closing alert.
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

function redirectToItself(response: ServerResponse): void {
  response.writeHead(302, { location: response.req.url ?? '/', 'content-length': 0 }).end()
}

/** Until it is time, or the peer has hung up. */
function late(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LATE_MS)
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
