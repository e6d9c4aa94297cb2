/** A registration request and the checks of its outer shape (guide, Registration 3.2.2). */
import type { FastifyRequest } from 'fastify'
import { isObject, type JsonObject } from '../../../wire/json.ts'
import { fromUtf8, parseJson } from '../../../wire/parse.ts'
import { UDAP_VERSION } from '../../../wire/udap.ts'
import { type Check, Refusal } from '../../checks.ts'
import type { Client } from '../clients.ts'
import { type JwtSubject, member, signedJwt } from '../jwt.ts'
import { mediaType, rawBody } from '../request.ts'
import type { Server } from '../server.ts'

/** One registration while it is checked. */
export interface Registering extends JwtSubject {
  mediaType: string
  raw: Buffer
  /** Empty when the body is no JSON object. */
  body: JsonObject
  grantTypes: string[]
  scopes: string[]
  /** The certifications that are good, as they came. */
  accepted: string[]
  /** Whom the request cancels; undefined behind a skipped check, and when it does not cancel. */
  cancelled: Client | undefined
}

export function registering(server: Server, request: FastifyRequest): Registering {
  return {
    server,
    mediaType: mediaType(request),
    raw: rawBody(request),
    body: {},
    jwt: signedJwt(''),
    grantTypes: [],
    scopes: [],
    accepted: [],
    cancelled: undefined,
  }
}

/** An empty grant_types asks for cancellation (guide, Registration 3.3). */
export function cancels({ jwt: { claims } }: Registering): boolean {
  return Array.isArray(claims.grant_types) && claims.grant_types.length === 0
}

export function invalidMetadata(message: string): Refusal {
  return new Refusal(message, { status: 400, error: 'invalid_client_metadata' })
}

export const contentType: Check<Registering> = {
  name: 'registration-content-type',
  refs: ['reg-032'],
  run(subject) {
    if (subject.mediaType !== 'application/json') {
      throw invalidMetadata('A registration request is sent as application/json.')
    }
  },
}

/** Parameters beside the software statement are not even read: the signed ones count (UDAP DCR 3). */
export const requestBody: Check<Registering> = {
  name: 'registration-body',
  refs: ['reg-032'],
  run(subject) {
    const text = fromUtf8(subject.raw)
    const body = text === undefined ? undefined : parseJson(text)
    if (isObject(body)) subject.body = body
    const statement = member(body, 'software_statement')
    if (typeof statement === 'string') subject.jwt = signedJwt(statement)
    if (!isObject(body)) throw invalidMetadata('The body is not a JSON object.')
    if (typeof statement !== 'string')
      throw invalidMetadata('The body has no software_statement that is a string.')
  },
}

export const udapVersion: Check<Registering> = {
  name: 'registration-udap-version',
  refs: ['reg-032'],
  run({ body }) {
    if (member(body, 'udap') !== UDAP_VERSION) {
      throw invalidMetadata(`The body must have udap with the value ${UDAP_VERSION} as a string.`)
    }
  },
}
