/** `signed_metadata`, check by check (guide 2.3, 7.1; UDAP Server Metadata 3). Any refusal stops the client. */
import { parsedOf } from '../../certs/certificate.ts'
import { ChainError } from '../../certs/chain-error.ts'
import { publicKeyOf, readX5c, uriNames } from '../../certs/x5c.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import { certificateFlaw } from '../certificate-policy.ts'
import { type Check, Refusal } from '../checks.ts'
import { definitionOf } from '../community.ts'
import { isSignedBy } from '../jws.ts'
import { absoluteHttps, type MetadataSubject } from './metadata-subject.ts'

const ENDPOINTS = ['token_endpoint', 'registration_endpoint', 'authorization_endpoint']

export const signedMetadataChecks: Check<MetadataSubject>[] = [
  {
    name: 'signed-metadata-format',
    refs: ['disc-035', 'gen-004'],
    run(subject) {
      const text = subject.metadata.signed_metadata
      const jwt = typeof text === 'string' ? decodeJwt(text) : undefined
      subject.header = jwt?.header ?? {}
      subject.claims = jwt?.claims ?? {}
      if (!jwt) throw new Refusal('signed_metadata is no JWT in JWS compact serialization.')
      // RFC 7515 4.1.11: an extension that must be understood, and none is.
      if ('crit' in jwt.header)
        throw new Refusal('signed_metadata has a crit header, which is not supported.')
    },
  },
  {
    name: 'signed-metadata-algorithm',
    refs: ['disc-037'],
    run({ header, parameters }) {
      const known = parameters.signedMetadataAlgorithms
      if (!known.some((alg) => alg === header.alg))
        throw new Refusal(`The alg of signed_metadata is not ${known.join(', ')}.`)
    },
  },
  {
    name: 'signed-metadata-x5c',
    refs: ['gen-012', 'gen-013'],
    breaks: ['disc-049', 'disc-050'],
    run(subject) {
      try {
        subject.leaf = readX5c(subject.header.x5c)[0].x509
      } catch (error) {
        throw asRefusal(error, 'The x5c header of signed_metadata cannot be read')
      }
    },
  },
  {
    name: 'signed-metadata-signature',
    refs: ['disc-049'],
    breaks: ['disc-049', 'disc-050', 'tier-008'],
    async run({ metadata, leaf }) {
      if (!leaf) return
      const jwt = String(metadata.signed_metadata)
      const signed = await isSignedBy(jwt, publicKeyOf(leaf), [...SIGNING_ALGORITHMS])
      if (!signed) throw new Refusal('signed_metadata is not signed by the key of its certificate.')
    },
  },
  {
    name: 'signed-metadata-chain',
    refs: ['disc-049', 'gen-019'],
    breaks: ['disc-049', 'disc-050', 'tier-008'],
    async run(subject) {
      if (!subject.leaf) return
      const x5c = Array.isArray(subject.header.x5c) ? subject.header.x5c.map(String) : []
      try {
        subject.community = await subject.trust.communityOf(x5c, subject.asked)
      } catch (error) {
        throw asRefusal(error, 'The certificate of signed_metadata is not trusted')
      }
    },
  },
  {
    name: 'signed-metadata-certificate-policy',
    refs: ['com-021'],
    breaks: ['com-021'],
    run({ leaf, community, communities }) {
      const agreed = definitionOf({ communities }, community)
      const flaw = agreed && leaf && certificateFlaw(parsedOf(leaf), agreed)
      if (flaw)
        throw new Refusal(`The certificate of signed_metadata is not as ${agreed.name} wants it: it ${flaw}.`)
    },
  },
  {
    name: 'signed-metadata-issuer',
    refs: ['disc-040'],
    breaks: ['disc-049', 'disc-050'],
    run({ claims, base }) {
      if (claims.iss !== base) throw new Refusal(`The iss of signed_metadata is not ${base}, to the letter.`)
    },
  },
  {
    name: 'signed-metadata-issuer-in-certificate',
    refs: ['disc-039'],
    breaks: ['disc-049', 'disc-050'],
    run({ claims, leaf }) {
      if (leaf && !uriNames(leaf).some((uri) => uri === claims.iss)) {
        throw new Refusal('The iss of signed_metadata is no URI name of its certificate.')
      }
    },
  },
  {
    name: 'signed-metadata-subject',
    refs: ['disc-041'],
    breaks: ['disc-049', 'disc-050'],
    run({ claims }) {
      if (claims.sub !== claims.iss) throw new Refusal('The sub of signed_metadata is not its iss.')
    },
  },
  {
    name: 'signed-metadata-times',
    refs: ['disc-042', 'disc-044'],
    breaks: ['disc-049', 'disc-050'],
    run({ claims }) {
      if (!isNumericDate(claims.iat) || !isNumericDate(claims.exp)) {
        throw new Refusal('signed_metadata needs iat and exp, each a whole number of seconds.')
      }
    },
  },
  {
    name: 'signed-metadata-expiry',
    refs: ['disc-049'],
    breaks: ['disc-049', 'disc-050'],
    run({ claims, now }) {
      if (Number(claims.exp) * 1000 <= now.getTime()) throw new Refusal('signed_metadata has expired.')
    },
  },
  {
    name: 'signed-metadata-lifetime',
    refs: ['disc-043'],
    run({ claims }) {
      const limit = new Date(Number(claims.iat) * 1000)
      limit.setUTCFullYear(limit.getUTCFullYear() + 1)
      if (Number(claims.exp) * 1000 > limit.getTime()) {
        throw new Refusal('signed_metadata expires more than a year after it was issued.')
      }
    },
  },
  {
    name: 'signed-metadata-jti',
    refs: ['disc-045'],
    breaks: ['disc-049', 'disc-050'],
    run({ claims }) {
      if (typeof claims.jti !== 'string' || claims.jti === '')
        throw new Refusal('signed_metadata has no jti.')
    },
  },
  {
    name: 'signed-metadata-endpoints',
    refs: ['disc-046', 'disc-047', 'disc-048'],
    breaks: ['disc-049', 'disc-050'],
    run({ metadata, claims }) {
      const needed = ['token_endpoint', 'registration_endpoint']
      if (metadata.authorization_endpoint !== undefined) needed.push('authorization_endpoint')
      const absent = needed.find((name) => !absoluteHttps(claims[name]))
      if (absent) throw new Refusal(`The ${absent} of signed_metadata is no absolute https URL.`)
    },
  },
  {
    name: 'signed-metadata-endpoints-equal',
    refs: ['disc-038', 'disc-049'],
    breaks: ['disc-038', 'disc-049'],
    run(subject) {
      const { metadata, claims, onMismatch } = subject
      const differs = ENDPOINTS.find((name) => metadata[name] !== claims[name])
      // UDAP Server Metadata 3.4. Who does not look takes those that are not signed.
      if (differs && onMismatch === 'stop')
        throw new Refusal(`The ${differs} of signed_metadata is not the one beside it.`)
      const there = ENDPOINTS.flatMap((name) => (claims[name] === undefined ? [] : [[name, claims[name]]]))
      subject.signed = Object.fromEntries(there)
    },
  },
]

const YEAR_9999_S = 253_402_300_799

const isNumericDate = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= YEAR_9999_S

function asRefusal(error: unknown, what: string): unknown {
  return error instanceof ChainError ? new Refusal(`${what}: ${error.message}`) : error
}
