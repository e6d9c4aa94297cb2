/** The community that metadata was asked for, and what the case knows of it and the server (guide 2.4). */
import { decodeJwt } from '../../../../wire/jwt.ts'
import type { StageCase } from '../../../trace/trace.ts'
import type { Message } from '../../message.ts'
import { isAsked } from './metadata.ts'

export interface Membership {
  asked: string
  /** Has the server a certificate of it? */
  member: boolean
  /** Communities of the certificate that signed; none when it is not one of the server's. */
  signed: string[]
}

/** Nothing when none was asked for, or when nobody knows what certificates the server has. */
export function membershipOf(message: Message, { issued }: StageCase): Membership | undefined {
  const asked = message.of?.body?.community
  const own = issued.filter(({ actor }) => actor === message.author)
  if (!isAsked(message) || typeof asked !== 'string' || own.length === 0) return undefined
  const leaf = leafIn(message)
  return {
    asked,
    member: own.some(({ community }) => community === asked),
    signed: own.filter(({ chain }) => leaf !== undefined && chain[0] === leaf).map((one) => one.community),
  }
}

function leafIn({ body, status }: Message): unknown {
  const text = body?.signed_metadata
  const x5c = status === 200 && typeof text === 'string' ? decodeJwt(text)?.header.x5c : undefined
  return Array.isArray(x5c) ? x5c[0] : undefined
}
