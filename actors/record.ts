/** Turns raw bytes and headers into the messages that are recorded. */
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Body, Headers } from '../wire/hop.ts'

/** Bytes of one body that are kept in the evidence. */
export const RECORD_LIMIT = 1024 * 1024

/** Collects the bytes of one body as they pass: all are counted, the first RECORD_LIMIT are kept. */
export class BodyTap {
  bytes = 0
  #kept: Buffer[] = []
  #keptBytes = 0

  add(chunk: Uint8Array | string, encoding?: BufferEncoding): void {
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk)
    this.bytes += buffer.length
    const room = RECORD_LIMIT - this.#keptBytes
    if (room <= 0) return
    const kept = buffer.length > room ? buffer.subarray(0, room) : buffer
    this.#kept.push(kept)
    this.#keptBytes += kept.length
  }

  body(): Body {
    const buffer = Buffer.concat(this.#kept)
    const truncated = this.bytes > buffer.length ? { truncated: true as const } : {}
    if (isUtf8(buffer)) return { body: buffer.toString('utf8'), ...truncated }
    return { body: buffer.toString('base64'), encoding: 'base64', ...truncated }
  }
}

/** One string a name, lower case. Cookies must not be joined by commas (RFC 6265 3). */
export function flatHeaders(headers: IncomingHttpHeaders | OutgoingHttpHeaders): Headers {
  const flat: Headers = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    flat[key] = Array.isArray(value) ? value.join(key === 'set-cookie' ? '\n' : ', ') : String(value)
  }
  return flat
}
