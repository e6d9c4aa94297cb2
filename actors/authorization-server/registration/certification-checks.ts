/** What makes one certification good (guide 7.4; UDAP Certifications 1 and 6). */
import { isStrings } from '../../../wire/json.ts'
import type { Check } from '../../checks.ts'
import { Refusal } from '../../checks.ts'
import { definitionOf, matches } from '../../community.ts'
import { objectFlaw } from '../community-objects.ts'
import { issuerOf, type JwtSubject, jwtChecks, type SignedJwt } from '../jwt.ts'
import { URI } from '../uri.ts'
import { mismatch } from './certification-match.ts'

/** One certification while it is checked. */
export interface Certifying extends JwtSubject {
  /** The software statement of the registration that it came with. */
  statement: SignedJwt
}

/** Three years, one of which may be a leap year. */
const MAX_LIFETIME_S = (3 * 365 + 1) * 86_400

const certification = jwtChecks({
  type: 'certification',
  noun: 'The certification',
  refs: {
    'certificate-policy': ['com-021'],
    format: ['gen-003', 'gen-004'],
    x5c: ['gen-012', 'gen-045'],
    algorithm: ['gen-003', 'gen-011'],
    signature: ['gen-046'],
    chain: ['gen-019'],
    times: ['gen-050'],
    'issued-at': ['gen-050'],
    expiry: ['gen-050'],
    lifetime: ['gen-050'],
    jti: ['gen-014', 'gen-050'],
  },
  breaks: {
    x5c: ['reg-x14'],
    signature: ['reg-x14'],
    chain: ['reg-x14'],
    times: ['reg-x14'],
    expiry: ['reg-x14'],
  },
  // UDAP Certifications 6.8
  errors: {
    unverifiable: 'invalid_certification',
    untrusted: 'unapproved_certification',
    invalid: 'invalid_certification',
  },
  audiences: ({ endpoints }) => [endpoints.registration],
  maxLifetimeS: () => MAX_LIFETIME_S,
})

function refuse(message: string): never {
  throw new Refusal(`The certification ${message}`, { status: 400, error: 'invalid_certification' })
}

const issuer: Check<Certifying> = {
  name: 'certification-issuer',
  refs: ['gen-047'],
  breaks: ['reg-x14'],
  run({ jwt }) {
    if (jwt.leaf && !jwt.leaf.uriNames.includes(issuerOf(jwt))) {
      refuse("has an iss claim that is not a URI subject alternative name of its signer's certificate.")
    }
  },
}

const subject: Check<Certifying> = {
  name: 'certification-subject',
  refs: ['gen-048'],
  breaks: ['reg-x14'],
  run({ jwt, statement }) {
    if (jwt.claims.sub !== issuerOf(statement)) {
      refuse('is about another client: its sub claim is not the iss claim of the software statement.')
    }
  },
}

const audience: Check<Certifying> = {
  name: 'certification-audience',
  refs: ['gen-049'],
  breaks: ['reg-x14'],
  run({ jwt: { claims }, server }) {
    if (!Object.hasOwn(claims, 'aud')) return
    const { aud } = claims
    const { registration } = server.endpoints
    if (aud !== registration && !(isStrings(aud) && aud.includes(registration))) {
      refuse(`is for another server: its aud claim must be left out or be ${registration}, to the letter.`)
    }
  },
}

const endsWithCertificate: Check<Certifying> = {
  name: 'certification-outlives-certificate',
  refs: ['gen-050'],
  run({ jwt: { claims, leaf } }) {
    if (leaf && typeof claims.exp === 'number' && claims.exp * 1000 > leaf.notAfter.getTime()) {
      refuse("has an exp claim after the end of its signer's certificate.")
    }
  },
}

const certificationName: Check<Certifying> = {
  name: 'certification-name',
  refs: ['gen-051'],
  run({ jwt: { claims } }) {
    if (typeof claims.certification_name !== 'string' || claims.certification_name.trim() === '') {
      refuse('must have a certification_name for people to read.')
    }
  },
}

const certificationUris: Check<Certifying> = {
  name: 'certification-uris',
  refs: ['gen-051'],
  run({ jwt: { claims } }) {
    const uris = claims.certification_uris
    if (!isStrings(uris) || uris.length === 0 || !uris.every((uri) => URI.test(uri))) {
      refuse('must have certification_uris, an array of one or more URIs.')
    }
  },
}

const parameters: Check<Certifying> = {
  name: 'certification-parameters',
  refs: ['reg-035'],
  breaks: ['reg-x14'],
  run({ jwt, statement }) {
    const name = mismatch(jwt.claims, statement.claims)
    if (name) refuse(`does not cover what the software statement asks for in ${name}.`)
  },
}

/** As the trust community has defined the programme: its name, who signs, and the claims that it adds. */
const ofCommunity: Check<Certifying> = {
  name: 'certification-community',
  refs: ['com-007'],
  breaks: ['com-008'],
  run({ jwt, server, statement }) {
    const community = definitionOf(server.runtime.context, statement.community)
    const { certification_uris: uris, certification_name: name, iss, sub } = jwt.claims
    const programme = community?.certifications?.find(
      (one) => isStrings(uris) && one.uris.every((uri) => uris.includes(uri)),
    )
    if (!community || !programme) return
    if (name !== programme.name) refuse(`must have the certification_name ${programme.name}.`)
    if (programme.signer === 'client' && iss !== sub) refuse('must be signed by the client itself.')
    if (programme.signer === 'other' && iss === sub)
      refuse('must be signed by somebody else than the client.')
    if (!matches(programme.signerUri ?? '', issuerOf(jwt)))
      refuse(`must be signed by whose URI matches ${programme.signerUri}.`)
    const flaw = programme.claims && objectFlaw(jwt.claims, programme.claims, community)
    if (flaw) refuse(`is not as ${community.name} has it: ${flaw}.`)
  },
}

export const certificationChecks: Check<Certifying>[] = [
  certification.format,
  certification.x5c,
  certification.algorithm,
  certification.signature,
  certification.chain,
  certification['certificate-policy'],
  issuer,
  subject,
  audience,
  certification.times,
  certification['issued-at'],
  certification.expiry,
  certification.lifetime,
  endsWithCertificate,
  certification.jti,
  certificationName,
  certificationUris,
  parameters,
  ofCommunity,
]
