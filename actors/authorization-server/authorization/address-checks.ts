/** Who asks, and where answers may go. Who fails here is never redirected (RFC 6749 4.1.2.1). */
import type { Check } from '../../checks.ts'
import type { Client } from '../clients.ts'
import { URI } from '../uri.ts'
import { type Asking, refuse } from './asking.ts'

/** Longer than any parameter that is meant, but for an ID token. */
const MAX_LENGTH = 8192

const contentType: Check<Asking> = {
  name: 'authorization-content-type',
  refs: ['con-002', 'b2b-004'],
  run({ method, mediaType }) {
    // OpenID Connect Core 3.1.2.1
    if (method === 'POST' && mediaType !== 'application/x-www-form-urlencoded') {
      refuse('invalid_request', 'The request must be sent as application/x-www-form-urlencoded.')
    }
  },
}

const length: Check<Asking> = {
  name: 'authorization-parameter-length',
  refs: [],
  run({ parameters }) {
    // An ID token may carry its certificates.
    const bounded = [...parameters].filter(([name]) => name !== 'id_token_hint')
    if (bounded.some((pair) => pair.some((text) => text.length > MAX_LENGTH)))
      refuse('invalid_request', `A parameter is longer than ${MAX_LENGTH} characters.`)
  },
}

const once: Check<Asking> = {
  name: 'authorization-address-once',
  refs: ['con-002', 'b2b-004'],
  run({ repeated }) {
    const name = ['client_id', 'redirect_uri'].find((one) => repeated.has(one))
    if (name) refuse('invalid_request', `${name} was sent more than once.`)
  },
}

const client: Check<Asking> = {
  name: 'authorization-client',
  refs: ['gen-020', 'tier-x05'],
  breaks: ['tier-x05'],
  run(subject) {
    const { server, parameters } = subject
    const clientId = parameters.get('client_id')
    subject.client = server.clients.byId(clientId ?? '')
    if (subject.client) return
    subject.client = stranger(clientId ?? '', parameters.get('redirect_uri'), server.with.scopes)
    refuse(
      'invalid_request',
      clientId === undefined ? 'client_id is missing.' : 'client_id is of no client that is registered here.',
    )
  },
}

/** What a server that does not care who asks would believe. */
function stranger(clientId: string, redirectUri: string | undefined, scopes: string[]): Client {
  return {
    clientId,
    community: undefined,
    uri: '',
    grantTypes: ['authorization_code'],
    scopes,
    redirectUris: redirectUri === undefined ? [] : [redirectUri],
    postLogoutRedirectUris: [],
    name: clientId,
    logoUri: undefined,
    jku: undefined,
    revision: 0,
  }
}

/** A client without this grant has no redirect URI that it could be told at. */
const grant: Check<Asking> = {
  name: 'authorization-grant-type',
  refs: ['con-001', 'b2b-001'],
  run({ client }) {
    if (client && !client.grantTypes.includes('authorization_code')) {
      refuse('unauthorized_client', 'The client did not register for the authorization_code grant.')
    }
  },
}

/** To the letter (guide 7.2; RFC 9700 4.1.3). */
const redirectUri: Check<Asking> = {
  name: 'authorization-redirect-uri',
  refs: ['gen-021', 'tier-x05'],
  breaks: ['tier-x05'],
  run(subject) {
    const registered = subject.client?.redirectUris ?? []
    const sent = subject.parameters.get('redirect_uri')
    const meant = sent ?? registered[0]
    // Never put what is no URI into a header.
    if (meant !== undefined && URI.test(meant)) subject.redirectUri = meant
    if (sent === undefined && registered.length !== 1) {
      refuse('invalid_request', 'redirect_uri is missing, and the client did not register exactly one.')
    }
    if (sent !== undefined && !registered.includes(sent)) {
      refuse('invalid_request', 'redirect_uri is not, to the letter, one that the client registered.')
    }
  },
}

export const addressChecks = [contentType, length, once, client, grant, redirectUri]
