/** The access token of a request, check by check (RFC 6750 2.1). */
import { compactVerify } from 'jose'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { ACCESS_TOKEN_TYPE, bearerToken } from '../../wire/oauth.ts'
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import { type Check, Refusal } from '../checks.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { challenge } from './challenge.ts'
import { patientIn } from './compartment.ts'
import type { ResourceType } from './data.ts'
import { type Interaction, needed, type Permission, permissionsIn } from './scopes.ts'

export interface TokenSubject {
  /** The `Authorization` header, '' when there is none. */
  authorization: string
  /** Own base URL: the audience. */
  audience: string
  authorizationServer: AuthorizationServer
  nowS: number
  type: ResourceType
  interaction: Interaction
  token: string
  header: JsonObject
  claims: JsonObject
  /** What it allows, of which one is enough. */
  permissions: Permission[]
}

/** What a server grants that does not look, or that lets everybody in. */
export const everything: Permission = { context: 'system', matches: undefined, patient: undefined }

const present: Check<TokenSubject>[] = [
  {
    name: 'access-token-present',
    refs: [],
    run(subject) {
      const token = bearerToken(subject.authorization)
      subject.token = token ?? ''
      if (subject.authorization === '') refuse(subject, 401, 'An access token is required.')
      if (token === undefined) invalid(subject, 'The Authorization header is no Bearer token.')
    },
  },
]

/** A JWT access token is read and verified here (RFC 9068 4). */
const byKey: Check<TokenSubject>[] = [
  {
    name: 'access-token-format',
    refs: [],
    run(subject) {
      const jwt = decodeJwt(subject.token)
      subject.header = jwt?.header ?? {}
      subject.claims = jwt?.claims ?? {}
      if (!jwt) invalid(subject, 'The access token is no JWT.')
      // RFC 7515 4.1.11: an extension that must be understood, and none is.
      if ('crit' in subject.header)
        invalid(subject, 'The access token has a crit header, which is not supported.')
    },
  },
  {
    name: 'access-token-type',
    refs: [],
    run(subject) {
      const said = subject.header.typ
      const typ = typeof said === 'string' ? said.toLowerCase() : ''
      // RFC 9068 4: so that no other JWT of the issuer passes for an access token.
      if (typ !== ACCESS_TOKEN_TYPE && typ !== `application/${ACCESS_TOKEN_TYPE}`) {
        invalid(subject, `The typ of the access token is not ${ACCESS_TOKEN_TYPE}.`)
      }
    },
  },
  {
    name: 'access-token-signature',
    refs: [],
    async run(subject) {
      const { alg, kid } = subject.header
      if (!SIGNING_ALGORITHMS.some((known) => known === alg)) {
        invalid(subject, `The access token is not signed with one of ${SIGNING_ALGORITHMS.join(', ')}.`)
      }
      const found = await subject.authorizationServer.key(typeof kid === 'string' ? kid : undefined)
      if (!found) return invalid(subject, 'The access token is signed with an unknown key.')
      const algorithms = found.alg === undefined ? [...SIGNING_ALGORITHMS] : [found.alg]
      const verified = await compactVerify(subject.token, found.key, { algorithms }).catch(() => undefined)
      if (!verified) invalid(subject, 'The signature of the access token is wrong.')
    },
  },
]

/** Of any other token its issuer knows what it is worth (RFC 7662). */
const byIntrospection: Check<TokenSubject>[] = [
  {
    name: 'access-token-active',
    refs: [],
    async run(subject) {
      const { authorizationServer, audience, token } = subject
      const answer = await authorizationServer.introspect(token)
      // All but `active` may be left out (2.2): then nothing speaks against it.
      const unsaid = { iss: authorizationServer.issuer, aud: audience, exp: Number.MAX_SAFE_INTEGER }
      subject.claims = { ...unsaid, ...answer }
      if (answer.active !== true) invalid(subject, 'The access token is not active.')
    },
  },
]

const claims: Check<TokenSubject>[] = [
  {
    name: 'access-token-issuer',
    refs: [],
    run(subject) {
      if (subject.claims.iss !== subject.authorizationServer.issuer) {
        invalid(subject, 'The access token was issued by somebody else.')
      }
    },
  },
  {
    name: 'access-token-audience',
    refs: [],
    run(subject) {
      const { aud } = subject.claims
      if (!(Array.isArray(aud) ? aud : [aud]).includes(subject.audience)) {
        invalid(subject, 'The access token is for another audience.')
      }
    },
  },
  {
    name: 'access-token-expiry',
    refs: ['gen-x35'],
    breaks: ['gen-x35'],
    run(subject) {
      const { exp } = subject.claims
      if (typeof exp !== 'number' || exp <= subject.nowS) invalid(subject, 'The access token has expired.')
    },
  },
  {
    name: 'access-token-not-before',
    refs: [],
    run(subject) {
      const { nbf } = subject.claims
      if (nbf === undefined) return
      if (typeof nbf !== 'number' || nbf > subject.nowS)
        invalid(subject, 'The access token is not valid yet.')
    },
  },
  {
    name: 'access-token-scope',
    refs: ['gen-x35'],
    breaks: ['gen-x35'],
    run(subject) {
      const { audience, claims, interaction, type } = subject
      const scope = typeof claims.scope === 'string' ? claims.scope : ''
      const permissions = permissionsIn(scope, type, interaction, audience)
      subject.permissions = permissions.length > 0 ? permissions : [everything]
      if (permissions.length > 0) return
      const least = needed(scope, type, interaction)
      insufficient(subject, `The access token does not allow this; it takes ${least}.`, least)
    },
  },
  {
    // SMART App Launch, "Scopes for requesting FHIR resources": patient/ is about the patient in context, user/
    // about what the person may see, which for a patient is their own record.
    name: 'access-token-patient',
    refs: [],
    run(subject) {
      const { audience, claims, permissions } = subject
      const { patient } = claims
      const fhirUser = typeof claims.fhirUser === 'string' ? claims.fhirUser : ''
      const own = patientIn(fhirUser, audience)
      const usable = permissions.flatMap((one) => {
        if (one.context === 'system') return one
        if (one.context === 'patient') return typeof patient === 'string' ? { ...one, patient } : []
        // Who is a patient elsewhere has no record here.
        return own === undefined && /\/Patient\//.test(fhirUser) ? [] : { ...one, patient: own }
      })
      if (usable.length > 0) subject.permissions = usable
      else
        insufficient(
          subject,
          'The access token is for one patient, and does not say which one here.',
          'launch/patient',
        )
    },
  },
]

export const jwksChecks = [...present, ...byKey, ...claims]
export const introspectionChecks = [...present, ...byIntrospection, ...claims]
/** Each by its name, once. */
export const tokenChecks = [...present, ...byKey, ...byIntrospection, ...claims]

const invalid = (subject: TokenSubject, message: string) => refuse(subject, 401, message, 'invalid_token')

const insufficient = (subject: TokenSubject, message: string, scope: string) =>
  refuse(subject, 403, message, 'insufficient_scope', scope)

function refuse(
  { audience }: TokenSubject,
  status: number,
  message: string,
  error = '',
  scope?: string,
): never {
  throw new Refusal(message, { status, error, headers: challenge(audience, message, error, scope) })
}
