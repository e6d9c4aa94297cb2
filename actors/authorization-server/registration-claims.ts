/** The claims by which a software statement describes its client (guide, Registration 3.1). */
import { type Check, Refusal } from '../checks.ts'
import { isStrings, issuerOf } from './jwt.ts'
import { invalidMetadata, type Registering } from './registration-request.ts'
import { negotiate } from './scopes.ts'
import { URI } from './uri.ts'

const MAILTO = /^mailto:[^@,?]+@[^@,?]+/i

export const issuerInCertificate: Check<Registering> = {
  name: 'software-statement-issuer',
  refs: ['reg-008', 'reg-x01'],
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

export const clientName: Check<Registering> = {
  name: 'client-name',
  refs: ['reg-015', 'reg-035'],
  run({ jwt: { claims } }) {
    if (typeof claims.client_name !== 'string' || claims.client_name.trim() === '') {
      throw invalidMetadata('client_name must be a name for people to read.')
    }
  },
}

export const contacts: Check<Registering> = {
  name: 'contacts',
  refs: ['reg-019', 'reg-035'],
  run({ jwt: { claims } }) {
    const list = claims.contacts
    if (!isStrings(list) || !list.every((uri) => URI.test(uri)) || !list.some((uri) => MAILTO.test(uri))) {
      throw invalidMetadata('contacts must be an array of URIs, at least one of them a mailto: address.')
    }
  },
}

export const grantTypes: Check<Registering> = {
  name: 'grant-types',
  refs: ['reg-023', 'reg-024', 'reg-035'],
  run(subject) {
    const list = subject.jwt.claims.grant_types
    if (isStrings(list)) subject.grantTypes = list
    const supported: readonly string[] = subject.server.with.grants
    if (!isStrings(list) || list.length !== 1 || !supported.includes(list[0]!)) {
      throw invalidMetadata(`grant_types must be an array with one of: ${supported.join(', ')}.`)
    }
  },
}

export const responseTypes: Check<Registering> = {
  name: 'response-types',
  refs: ['reg-026', 'reg-035'],
  run({ jwt: { claims } }) {
    if (Object.hasOwn(claims, 'response_types')) {
      throw invalidMetadata('response_types is for the authorization_code grant only.')
    }
  },
}

export const redirectUris: Check<Registering> = {
  name: 'redirect-uris',
  refs: ['reg-017', 'reg-035'],
  run({ jwt: { claims } }) {
    if (Object.hasOwn(claims, 'redirect_uris')) {
      throw invalidMetadata('redirect_uris is for the authorization_code grant only.')
    }
  },
}

export const tokenEndpointAuthMethod: Check<Registering> = {
  name: 'token-endpoint-auth-method',
  refs: ['reg-027', 'reg-035'],
  run({ jwt: { claims } }) {
    if (claims.token_endpoint_auth_method !== 'private_key_jwt') {
      throw invalidMetadata('token_endpoint_auth_method must be private_key_jwt.')
    }
  },
}

export const scope: Check<Registering> = {
  name: 'registration-scope',
  refs: ['reg-028', 'gen-036', 'gen-041'],
  run(subject) {
    const requested = subject.jwt.claims.scope
    if (typeof requested !== 'string') throw invalidMetadata('scope must be a space-delimited list.')
    const { scopes, refusal } = negotiate(requested, subject.server.with.scopes)
    subject.scopes = scopes
    if (refusal) throw invalidMetadata(refusal)
  },
}
