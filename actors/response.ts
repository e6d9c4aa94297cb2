/** Takes an answer apart on its way to the socket. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/**
 * Holds the answer back until its body is whole, then sends what `change` makes of it, under its own length.
 *
 * @param headers in the place of its own
 * @param promised bytes that Content-Length says beyond those that are sent; the connection ends after them
 */
export function bufferAnswer(
  response: ServerResponse,
  change: (body: Buffer) => Buffer,
  headers: OutgoingHttpHeaders = {},
  promised = 0,
): void {
  const end = response.end.bind(response) as (body: Buffer, done?: () => void) => ServerResponse
  const write = response.write.bind(response) as (body: Buffer, done: () => void) => boolean
  const writeHead = response.writeHead.bind(response)
  const held: Buffer[] = []
  let given: OutgoingHttpHeaders = {}
  response.writeHead = (status: number, ...rest: unknown[]) => {
    response.statusCode = status
    const own = rest.find((one) => typeof one === 'object' && one !== null)
    given = (own ?? {}) as OutgoingHttpHeaders
    return response
  }
  response.write = (chunk: unknown, encoding?: unknown) => {
    held.push(bytesOf(chunk, encoding))
    return true
  }
  response.end = (chunk?: unknown, encoding?: unknown) => {
    const body = change(Buffer.concat([...held, bytesOf(chunk, encoding)]))
    for (const name of [...Object.keys(headers), 'transfer-encoding']) response.removeHeader(name)
    const lengths = { 'content-length': body.length + promised }
    writeHead(response.statusCode, { ...lowerCase(given), ...headers, ...lengths })
    // Node would refuse to end a body that is shorter than was promised.
    if (promised === 0) return end(body)
    write(body, () => response.socket?.destroy())
    return response
  }
}

/** Of the first piece that is sent. The head, sent before, promises the whole. */
export function cutBody(response: ServerResponse): void {
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

const lowerCase = (headers: OutgoingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  }
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0)
}
