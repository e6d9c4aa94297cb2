/** A token request and the checks of its form (guide, B2B 5.2; UDAP JWT-Based Client Authentication 5.2). */
import type { FastifyRequest } from 'fastify'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { fromUtf8 } from '../../wire/parse.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import { type Check, Refusal } from '../checks.ts'
import type { Client } from './clients.ts'
import { type JwtSubject, signedJwt } from './jwt.ts'
import { mediaType, rawBody } from './request.ts'
import type { Server } from './server.ts'

/** One token request while it is checked. */
export interface TokenRequest extends JwtSubject {
  mediaType: string
  authorization: string | undefined
  /** Parameters with a value, the first one of each name (RFC 6749 3.2: without a value is as if omitted). */
  form: Map<string, string>
  /** Names that came more than once. */
  repeated: Set<string>
  /** Undefined only behind a skipped check. */
  client: Client | undefined
  scopes: string[]
}

export function tokenRequest(server: Server, request: FastifyRequest): TokenRequest {
  const form = new Map<string, string>()
  const repeated = new Set<string>()
  for (const [name, value] of new URLSearchParams(fromUtf8(rawBody(request)) ?? '')) {
    if (form.has(name)) repeated.add(name)
    else form.set(name, value)
  }
  for (const [name, value] of form) if (value === '') form.delete(name)
  return {
    server,
    mediaType: mediaType(request),
    authorization: request.headers.authorization,
    form,
    repeated,
    jwt: signedJwt(form.get('client_assertion') ?? ''),
    client: undefined,
    scopes: [],
  }
}

/** RFC 6749 5.2. */
export function refuse(error: string, message: string): never {
  throw new Refusal(message, { status: 400, error })
}

export const contentType: Check<TokenRequest> = {
  name: 'token-content-type',
  refs: ['b2b-053'],
  run(subject) {
    if (subject.mediaType !== 'application/x-www-form-urlencoded') {
      refuse('invalid_request', 'A token request is sent as application/x-www-form-urlencoded.')
    }
  },
}

export const noAuthorizationHeader: Check<TokenRequest> = {
  name: 'token-authorization-header',
  refs: ['b2b-054'],
  run({ authorization }) {
    if (authorization === undefined) return
    // RFC 6749 5.2: 401 and the scheme that the client used.
    const scheme = /^[A-Za-z]{1,20}(?= |$)/.exec(authorization)?.[0] ?? 'Basic'
    throw new Refusal('A client authenticates by client_assertion, not by an Authorization header.', {
      status: 401,
      error: 'invalid_client',
      headers: { 'www-authenticate': `${scheme} realm="token endpoint"` },
    })
  },
}

export const noClientSecret: Check<TokenRequest> = {
  name: 'token-client-secret',
  refs: ['b2b-054'],
  run({ form }) {
    if (form.has('client_secret')) refuse('invalid_request', 'A client has no client_secret here.')
  },
}

export const parametersOnce: Check<TokenRequest> = {
  name: 'token-parameters-once',
  refs: ['b2b-053'],
  run({ repeated }) {
    // RFC 6749 3.2
    if (repeated.size > 0) refuse('invalid_request', 'A parameter was sent more than once.')
  },
}

export const udapVersion: Check<TokenRequest> = {
  name: 'token-udap-version',
  refs: ['b2b-059'],
  run({ form }) {
    if (form.get('udap') !== UDAP_VERSION) refuse('invalid_request', `udap must be ${UDAP_VERSION}.`)
  },
}

export const grantType: Check<TokenRequest> = {
  name: 'token-grant-type',
  refs: ['b2b-055'],
  run({ form, server }) {
    const grant = form.get('grant_type')
    if (grant === undefined) refuse('invalid_request', 'grant_type is missing.')
    if (!server.with.grants.some((known) => known === grant)) {
      refuse('unsupported_grant_type', `grant_type must be one of: ${server.with.grants.join(', ')}.`)
    }
  },
}

export const assertionType: Check<TokenRequest> = {
  name: 'client-assertion-type',
  refs: ['b2b-057'],
  run({ form }) {
    if (form.get('client_assertion_type') !== JWT_BEARER) {
      refuse('invalid_request', `client_assertion_type must be ${JWT_BEARER}.`)
    }
  },
}
