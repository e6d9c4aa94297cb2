/**
 * What goes over the wire as the rules see it: a hop holds messages, and each message has somebody who wrote it
 * and somebody who reads it. A JWT in a message is a message of its own.
 */
import { mediaType } from '../../wire/decode.ts'
import { decodeForm } from '../../wire/form.ts'
import type { RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { decodeJwt, type Jwt } from '../../wire/jwt.ts'
import { parseJson } from '../../wire/parse.ts'
import type { HopClass } from './classify.ts'
import { answered, type Hop } from './hops.ts'

export type MessageKind =
  | 'metadata-request'
  | 'metadata'
  | 'signed-metadata'
  | 'registration-request'
  | 'software-statement'
  | 'certification'
  | 'registration-response'
  | 'authorization-request'
  | 'authorization-response'
  | 'callback'
  | 'token-request'
  | 'client-assertion'
  | 'token-response'
  | 'id-token'
  | `${Exclude<HopClass, 'metadata' | 'registration' | 'authorization' | 'callback' | 'token'>}-request`
  | `${Exclude<HopClass, 'metadata' | 'registration' | 'authorization' | 'callback' | 'token'>}-response`

export interface Message {
  kind: MessageKind
  hop: Hop
  /** Names of actors; absent when it is nobody of the case. */
  author?: string
  reader?: string
  /** HTTP status, of a response. */
  status?: number
  /**
   * Members of the JSON object, parameters of the form, of the query or of the redirect; the claims of a JWT.
   * Absent when there is none, or when it cannot be read as one.
   */
  body?: JsonObject
  /** Of a JWT: as it stands there. Absent when it cannot be read as one. */
  jwt?: Jwt
  /** Of a JWT: the value that should be one, whatever it is. */
  text?: Json
  /** The message that it is part of (a JWT), or that it answers (a response). */
  of?: Message
}

/** Request and response by the class of the hop, with the JWTs in them; authorization has a file of its own. */
export function messagesOf(hop: Hop): Message[] {
  const { request, from, to } = hop
  // They ask for nothing: OPTIONS may come before a browser's request (CORS), and what answers HEAD has no body.
  if (request?.method === 'HEAD' || request?.method === 'OPTIONS') return []
  const asks = request && !request.truncated ? { ...ends(from, to), hop, body: bodyOf(request) } : undefined
  const response = answered(hop)
  const answers =
    response && !response.truncated
      ? { ...ends(to, from), hop, status: response.status, body: bodyOf(response) }
      : undefined
  const asked = asks && strip({ kind: `${hop.class}-request` as MessageKind, ...asks })
  const kind = hop.class === 'metadata' ? 'metadata' : (`${hop.class}-response` as MessageKind)
  const answer = answers && strip({ kind, ...answers, ...(asked && { of: asked }) })
  switch (hop.class) {
    case 'metadata':
      return [asked, answer, jwtIn(answer, 'signed-metadata', 'signed_metadata')].filter(isThere)
    case 'registration':
      return [
        asked,
        jwtIn(asked, 'software-statement', 'software_statement'),
        ...jwtsIn(asked, 'certification', 'certifications'),
        answer,
      ].filter(isThere)
    case 'token':
      return [
        asked,
        jwtIn(asked, 'client-assertion', 'client_assertion'),
        answer,
        jwtIn(answer, 'id-token', 'id_token'),
      ].filter(isThere)
    // Who sent the browser there is told by what went before (authorization.ts).
    case 'authorization':
      return []
    case 'callback':
      return asked ? [{ ...asked, kind: 'callback' }] : []
    default:
      return [asked, answer].filter(isThere)
  }
}

const isThere = (message: Message | undefined): message is Message => message !== undefined

export const ends = (author: string | undefined, reader: string | undefined) => ({
  ...(author !== undefined && { author }),
  ...(reader !== undefined && { reader }),
})

function strip<T extends { body?: JsonObject | undefined }>({ body, ...rest }: T) {
  return { ...rest, ...(body && { body }) }
}

/** JSON, a form, or the query of a request that has no body. */
export function bodyOf(message: RequestMessage | ResponseMessage): JsonObject | undefined {
  if (message.body === '') {
    if (!('url' in message)) return undefined
    return URL.canParse(message.url) ? decodeForm(new URL(message.url).search) : undefined
  }
  if (mediaType(message.headers) === 'application/x-www-form-urlencoded') return decodeForm(message.body)
  const value = parseJson(message.body)
  return isObject(value) ? value : undefined
}

function jwtIn(message: Message | undefined, kind: MessageKind, name: string): Message | undefined {
  const text = message?.body?.[name]
  return message && text !== undefined ? jwtMessage(message, kind, text) : undefined
}

function jwtsIn(message: Message | undefined, kind: MessageKind, name: string): Message[] {
  const texts = message?.body?.[name]
  return message && Array.isArray(texts) ? texts.map((text) => jwtMessage(message, kind, text)) : []
}

function jwtMessage(of: Message, kind: MessageKind, text: Json): Message {
  const jwt = typeof text === 'string' ? decodeJwt(text) : undefined
  return { kind, hop: of.hop, ...ends(of.author, of.reader), text, ...(jwt && { jwt, body: jwt.claims }), of }
}
