/** Who asks, as the client that it says to be (UDAP JWT-Based Client Authentication 6). */
import type { RuleId } from '../../../spec/types.ts'
import type { Check } from '../../checks.ts'
import type { Client } from '../clients.ts'
import { type FormRequest, refuse } from '../form-request.ts'
import { issuerOf } from '../jwt.ts'
import { negotiate } from './scopes.ts'
import type { TokenRequest } from './token-request.ts'

export interface ClientRequest extends FormRequest {
  /** Undefined only behind a skipped check. */
  client: Client | undefined
}

/** At the token endpoint and at the revocation endpoint alike; the names and the rules differ. */
export function clientChecks(
  names: Record<'issuer' | 'certificate' | 'client-id', string>,
  refs: Partial<Record<'issuer' | 'certificate' | 'client-id', RuleId[]>> = {},
  breaks: typeof refs = {},
): Record<'issuer' | 'certificate' | 'client-id', Check<ClientRequest>> {
  return {
    issuer: {
      name: names.issuer,
      refs: refs.issuer ?? [],
      breaks: breaks.issuer ?? [],
      run(subject) {
        subject.client = subject.server.clients.byId(issuerOf(subject.jwt))
        if (!subject.client)
          refuse('invalid_client', 'The iss claim is no client_id that was registered here.')
      },
    },

    /** The certificate may be a renewed one: what counts is its URI, and where those count its community. */
    certificate: {
      name: names.certificate,
      refs: refs.certificate ?? [],
      breaks: breaks.certificate ?? [],
      run({ server, client, jwt }) {
        if (!client || !jwt.leaf) return
        const sameCommunity =
          server.runtime.context.spec.parameters.registration.modifiedBy === 'uri' ||
          jwt.community === undefined ||
          jwt.community === client.community
        if (!sameCommunity || !jwt.leaf.uriNames.includes(client.uri)) {
          refuse('invalid_client', 'The certificate is not one of the client that the iss claim names.')
        }
      },
    },

    'client-id': {
      name: names['client-id'],
      refs: refs['client-id'] ?? [],
      breaks: breaks['client-id'] ?? [],
      run({ form, jwt }) {
        const sent = form.get('client_id')
        if (sent !== undefined && sent !== issuerOf(jwt)) {
          refuse('invalid_client', 'client_id is another one than the iss claim of the client assertion.')
        }
      },
    },
  }
}

export const grantOfClient: Check<TokenRequest> = {
  name: 'token-grant-of-client',
  refs: ['b2b-x07'],
  breaks: ['b2b-x07', 'b2b-060'],
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
  breaks: ['gen-036'],
  run(subject) {
    const supported = subject.server.with.scopes
    // SMART App Launch: what a person may see is for them to give, and here there is none.
    const grantable = (subject.client?.scopes ?? supported).filter((one) => !/^(user|patient)\//.test(one))
    const requested = subject.form.get('scope')
    const { scopes, refusal } =
      requested === undefined ? { scopes: grantable } : negotiate(requested, supported, grantable)
    subject.scopes = scopes
    if (refusal) refuse('invalid_scope', refusal)
  },
}
