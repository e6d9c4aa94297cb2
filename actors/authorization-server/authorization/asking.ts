/** An authorization request while it is checked: parameters in the query, or in a form (RFC 6749 3.1). */
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../checks.ts'
import type { Client } from '../clients.ts'
import type { IdTokenHint } from '../openid/id-token-hint.ts'
import { type ParameterRequest, parameterRequest } from '../request.ts'
import type { Server } from '../server.ts'
import type { Launch } from './launches.ts'
import type { AuthorizationRequest } from './request.ts'

export interface Asking extends ParameterRequest {
  server: Server
  client: Client | undefined
  /** Where answers may go; undefined as long as that is not known. */
  redirectUri: string | undefined
  codeChallenge: string | undefined
  scopes: string[]
  prompt: string[]
  maxAgeS: number | undefined
  hint: IdTokenHint | undefined
  launch: Launch | undefined
}

export function asking(server: Server, request: FastifyRequest): Asking {
  return {
    server,
    ...parameterRequest(request),
    client: undefined,
    redirectUri: undefined,
    codeChallenge: undefined,
    scopes: [],
    prompt: [],
    maxAgeS: undefined,
    hint: undefined,
    launch: undefined,
  }
}

/** What is left when all checks are done. */
export function checked(
  { parameters, codeChallenge, scopes, prompt, maxAgeS, hint, launch }: Asking,
  client: Client,
  redirectUri: string,
): AuthorizationRequest {
  return {
    client,
    redirectUri,
    redirectUriSent: parameters.has('redirect_uri'),
    scopes,
    state: parameters.get('state'),
    nonce: parameters.get('nonce'),
    codeChallenge,
    // Without `udap` in scope it means nothing (guide, Tiered OAuth 6.1).
    idp: scopes.includes('udap') ? parameters.get('idp') : undefined,
    prompt,
    maxAgeS,
    acrValues: (parameters.get('acr_values') ?? '').split(' ').filter(Boolean),
    sub: hint?.sub,
    loginHint: parameters.get('login_hint'),
    launch,
  }
}

/** The client is told, by a redirect; before its address is known, the person is. */
export function refuse(error: string, message: string): never {
  throw new Refusal(message, { status: 400, error })
}
