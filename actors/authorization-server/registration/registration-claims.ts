/** The claims by which a software statement describes its client (guide, Registration 3.1). */
import { isStrings } from '../../../wire/json.ts'
import { type Check, Refusal } from '../../checks.ts'
import { definitionOf, matches, purposeIn } from '../../community.ts'
import { issuerOf } from '../jwt.ts'
import { negotiate } from '../token/scopes.ts'
import { URI } from '../uri.ts'
import { cancels, invalidMetadata, type Registering } from './registration-request.ts'

const MAILTO = /^mailto:[^@,?]+@[^@,?]+/i

export const issuerInCertificate: Check<Registering> = {
  name: 'software-statement-issuer',
  refs: ['reg-008', 'reg-x01'],
  breaks: ['reg-033', 'reg-x01'],
  run({ jwt }) {
    // URIs are compared as they are written (guide 7.1.5).
    if (jwt.leaf && !jwt.leaf.uriNames.includes(issuerOf(jwt))) {
      throw new Refusal('The iss claim is not a URI subject alternative name of the certificate.', {
        status: 400,
        error: 'invalid_software_statement',
      })
    }
  },
}

/** The form that the trust community has for URIs of clients, with a purpose at the end where it is there. */
export const clientUri: Check<Registering> = {
  name: 'community-client-uri',
  refs: ['com-004'],
  breaks: ['com-005'],
  run({ server, jwt }) {
    const community = definitionOf(server.runtime.context, jwt.community)
    if (!community) return
    const { uris: { client = '' } = {}, purposeOfUse } = community
    const uri = issuerOf(jwt)
    const refuse = (message: string) => {
      throw new Refusal(message, { status: 400, error: 'invalid_software_statement' })
    }
    if (!matches(client, uri)) refuse(`The URI of a client of ${community.name} must match ${client}.`)
    if (!purposeOfUse?.inClientUri) return
    const codes = purposeOfUse.codes.map(({ code }) => code)
    if (!codes.includes(purposeIn(uri) ?? ''))
      refuse(`The URI of a client of ${community.name} must end with # and one of: ${codes.join(', ')}.`)
  },
}

export const clientName: Check<Registering> = {
  name: 'client-name',
  refs: ['reg-015', 'reg-035'],
  breaks: ['reg-035'],
  run({ jwt: { claims } }) {
    if (typeof claims.client_name !== 'string' || claims.client_name.trim() === '') {
      throw invalidMetadata('client_name must be a name for people to read.')
    }
  },
}

export const contacts: Check<Registering> = {
  name: 'contacts',
  refs: ['reg-019', 'reg-035'],
  breaks: ['reg-035'],
  run({ jwt: { claims } }) {
    const list = claims.contacts
    if (!isStrings(list) || !list.every((uri) => URI.test(uri)) || !list.some((uri) => MAILTO.test(uri))) {
      throw invalidMetadata('contacts must be an array of URIs, at least one of them a mailto: address.')
    }
  },
}

export const tokenEndpointAuthMethod: Check<Registering> = {
  name: 'token-endpoint-auth-method',
  refs: ['reg-027', 'reg-035'],
  breaks: ['reg-035'],
  run({ jwt: { claims } }) {
    if (claims.token_endpoint_auth_method !== 'private_key_jwt') {
      throw invalidMetadata('token_endpoint_auth_method must be private_key_jwt.')
    }
  },
}

export const scope: Check<Registering> = {
  name: 'registration-scope',
  refs: ['reg-028', 'gen-036', 'gen-041'],
  breaks: ['reg-035', 'gen-036', 'gen-041'],
  run(subject) {
    const requested = subject.jwt.claims.scope
    if (typeof requested !== 'string') throw invalidMetadata('scope must be a space-delimited list.')
    if (cancels(subject)) return
    const { scopes, refusal } = negotiate(requested, subject.server.with.scopes)
    subject.scopes = scopes
    if (refusal) throw invalidMetadata(refusal)
  },
}

/** Only the registration of the same community is looked for (guide, Registration 3.3). */
export const cancelledClient: Check<Registering> = {
  name: 'cancelled-client',
  refs: ['reg-035', 'reg-052'],
  run(subject) {
    if (!cancels(subject)) return
    const { server, jwt } = subject
    subject.cancelled = server.clients.registered(jwt.community, issuerOf(jwt))
    if (!subject.cancelled) {
      throw invalidMetadata(
        'grant_types is empty, which cancels a registration, but this iss has none in this community.',
      )
    }
  },
}
