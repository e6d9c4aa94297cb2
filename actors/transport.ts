/** How the answers of a server get lost on their way: for every kind that serves. */
import type { ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { Fault } from './make.ts'
import type { Runtime } from './runtime.ts'
import { spoilt } from './spoil.ts'

interface Transport {
  answers: 'at once' | 'never' | 'late'
  /** Of the body. */
  sends: 'all' | 'half'
}

/** Longer than anybody here waits for an answer (call.ts). */
const LATE_MS = 12_000

export const transportFaults: Fault[] = [
  spoilt('transport', {
    mutation: 'down',
    title: 'The connection is reset before an answer comes.',
    breaks: [],
    set: { answers: 'never' },
  }),
  spoilt('transport', {
    mutation: 'slow',
    title: `The answer comes after ${LATE_MS / 1000} s, when nobody waits for it any more.`,
    breaks: [],
    set: { answers: 'late' },
  }),
  spoilt('transport', {
    mutation: 'cut',
    title: 'The connection ends in the middle of the body.',
    breaks: [],
    set: { sends: 'half' },
  }),
]

/** Lets the request be answered, as far as the armed faults let it. */
export async function transport(
  runtime: Runtime,
  response: ServerResponse,
  answer: () => void,
): Promise<void> {
  const draft: Transport = { answers: 'at once', sends: 'all' }
  const { answers, sends } = await runtime.make('transport', draft, (made) => made)
  if (answers === 'never') return reset(response)
  if (sends === 'half') cutBody(response)
  if (answers === 'late') await late(response)
  if (!response.destroyed) answer()
}

function reset({ req: { socket } }: ServerResponse): void {
  // Only a bare TCP connection can be reset; one of TLS ends without its closing alert.
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
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

/** Of the first piece that is sent. The head, sent before, promises the whole. */
function cutBody(response: ServerResponse): void {
  const write = response.write.bind(response) as (chunk: Buffer, done: () => void) => boolean
  let cut = false
  const half = (chunk: unknown, encoding: unknown) => {
    if (cut) return
    cut = true
    const bytes = bytesOf(chunk, encoding)
    const end = () => void response.socket?.destroy()
    if (bytes.length > 0) write(bytes.subarray(0, Math.ceil(bytes.length / 2)), end)
    else {
      response.flushHeaders()
      end()
    }
  }
  response.write = (chunk: unknown, encoding?: unknown) => {
    half(chunk, encoding)
    return false
  }
  response.end = (chunk?: unknown, encoding?: unknown) => {
    half(chunk, encoding)
    return response
  }
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  }
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0)
}
