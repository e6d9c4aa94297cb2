/**
 * One HTTP exchange as one of its two ends saw it. An actor knows its own end only; which case and step it
 * belongs to, and who is at the other end, the harness adds (harness/trace).
 */

/** 16 hexadecimal digits: the span id of the `traceparent` that went with the request. */
export type HopId = string

/** The wire's bytes as text. `encoding` is set when they were no valid UTF-8, `truncated` past the record limit. */
export interface Body {
  body: string
  encoding?: 'base64'
  truncated?: true
}

/** Header names in lower case; several of one name are joined by ", " (`set-cookie` by a line feed). */
export type Headers = Record<string, string>

export interface RequestMessage extends Body {
  method: string
  /** Absolute, as the sender meant it: scheme, host and port included. */
  url: string
  headers: Headers
}

export interface ResponseMessage extends Body {
  status: number
  headers: Headers
}

export type Phase = 'dns' | 'connect' | 'tls' | 'request' | 'headers' | 'body' | 'aborted'

export interface HopError {
  code: string
  phase: Phase
  message?: string
}

/** What an armed fault did: `skip/<check>` or `<artifact>/<mutation>`. */
export interface Fired {
  fault: string
}

/** One half of a hop, as an actor records it. */
export interface Observed {
  id: HopId
  side: 'client' | 'server'
  /** The actor that records. */
  actor: string
  /** Counts up from 1 in each actor. */
  seq: number
  /** Server side: the span id that came with the request. */
  traced?: HopId
  /** Client side: the inbound hop during whose handling this request was made. */
  within?: HopId
  request?: RequestMessage
  response?: ResponseMessage
  error?: HopError
  tls?: { version: string; peer: string }
  /** Body bytes after transfer decoding. */
  bytes: { out: number; in: number }
  faults?: Fired[]
  /** The actor's clock minus real time when the hop began, in milliseconds. */
  clockOffsetMs: number
  /** Real time, ISO 8601. */
  startedAt: string
  ms: number
}
