/** Who asks for a token, and may it (UDAP JWT-Based Client Authentication 6). */
import type { Check } from '../checks.ts'
import { issuerOf } from './jwt.ts'
import { negotiate } from './scopes.ts'
import { refuse, type TokenRequest } from './token-request.ts'

export const registeredClient: Check<TokenRequest> = {
  name: 'client-assertion-issuer',
  refs: ['b2b-014', 'b2b-x03'],
  run(subject) {
    subject.client = subject.server.clients.byId(issuerOf(subject.jwt))
    if (!subject.client) refuse('invalid_client', 'The iss claim is no client_id that was registered here.')
  },
}

/** The certificate may be a renewed one: what counts is its URI, in the community of the registration. */
export const certificateOfClient: Check<TokenRequest> = {
  name: 'client-assertion-certificate',
  refs: ['b2b-x03'],
  run({ client, jwt }) {
    if (!client || !jwt.leaf) return
    const sameCommunity = jwt.community === undefined || jwt.community === client.community
    if (!sameCommunity || !jwt.leaf.uriNames.includes(client.uri)) {
      refuse('invalid_client', 'The certificate is not one of the client that the iss claim names.')
    }
  },
}

export const clientId: Check<TokenRequest> = {
  name: 'token-client-id',
  refs: ['b2b-x04'],
  run({ form, jwt }) {
    const sent = form.get('client_id')
    if (sent !== undefined && sent !== issuerOf(jwt)) {
      refuse('invalid_client', 'client_id is another one than the iss claim of the client assertion.')
    }
  },
}

export const grantOfClient: Check<TokenRequest> = {
  name: 'token-grant-of-client',
  refs: ['b2b-x07'],
  run({ client, form }) {
    if (client && !client.grantTypes.includes(form.get('grant_type') ?? '')) {
      refuse('unauthorized_client', 'The client did not register for this grant_type.')
    }
  },
}

/** Without `scope` the client gets all that it registered for, in every version of the guide. */
export const scope: Check<TokenRequest> = {
  name: 'token-scope',
  refs: ['b2b-x07', 'gen-036', 'gen-040'],
  run(subject) {
    const grantable = subject.client?.scopes ?? subject.server.with.scopes
    const requested = subject.form.get('scope')
    const { scopes, refusal } =
      requested === undefined ? { scopes: grantable } : negotiate(requested, grantable)
    subject.scopes = scopes
    if (refusal) refuse('invalid_scope', refusal)
  },
}
