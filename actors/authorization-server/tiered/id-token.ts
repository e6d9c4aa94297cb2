/** The ID token of an identity provider, check by check (OpenID Connect Core 3.1.3.7; guide 7.1, Tiered OAuth 6.2). */
import type { KeyObject } from 'node:crypto'
import type { ParsedCertificate } from '../../../certs/certificate.ts'
import { ChainError } from '../../../certs/chain-error.ts'
import { readX5c } from '../../../certs/x5c.ts'
import type { RuleId } from '../../../spec/types.ts'
import { isStrings, type JsonObject } from '../../../wire/json.ts'
import { decodeJwt } from '../../../wire/jwt.ts'
import { SIGNING_ALGORITHMS } from '../../../wire/udap.ts'
import { atHash } from '../../at-hash.ts'
import { CallFailed } from '../../call.ts'
import type { Check } from '../../checks.ts'
import {
  hasAudience,
  hasAuthorizedParty,
  hasSubject,
  MAX_AGE_S,
  MAX_SUBJECT_LENGTH,
  repeatsName,
} from '../../client/id-token-claims.ts'
import { keyOf, openidConfiguration } from '../../client/openid-configuration.ts'
import { algorithmsOf, isSignedBy } from '../../jws.ts'
import type { Server } from '../server.ts'
import { untrusted } from './outcome.ts'
import type { Pending } from './pending.ts'

export interface IdTokenSubject {
  server: Server
  pending: Pending
  compact: string
  /** It came with the ID token. */
  accessToken: string
  /** Empty objects when the text is no JWT. */
  header: JsonObject
  claims: JsonObject
  /** Of its x5c header; undefined without one. */
  leaf: ParsedCertificate | undefined
  /** What must have signed it; undefined only behind a skipped check. */
  key: KeyObject | undefined
}

export function idTokenSubject(
  server: Server,
  pending: Pending,
  compact: string,
  accessToken: string,
): IdTokenSubject {
  const unread = { header: {}, claims: {}, leaf: undefined, key: undefined }
  return { server, pending, compact, accessToken, ...unread }
}

const check = (
  name: string,
  run: Check<IdTokenSubject>['run'],
  refs: RuleId[] = ['tier-025', 'tier-026'],
): Check<IdTokenSubject> => ({ name: `tiered-id-token-${name}`, refs, run })

/** Without it somebody gets in whom OpenID Connect Core 3.1.3.7 wants to be refused. */
const vital = (...about: Parameters<typeof check>): Check<IdTokenSubject> => ({
  ...check(...about),
  breaks: ['tier-025', ...(general[about[0]] ?? [])],
})

/** What any reader of a JWT breaks as well (guide 7.1.6; RFC 7515 5.2, RFC 7519 4.1.4). */
const general: Record<string, RuleId[]> = {
  x5c: ['gen-019'],
  signature: ['gen-x02'],
  chain: ['gen-019'],
  expiry: ['gen-x03'],
}

const refuse = (message: string) => untrusted(`The ID token ${message}`)

export const idTokenChecks: Check<IdTokenSubject>[] = [
  check(
    'format',
    (subject) => {
      const jwt = decodeJwt(subject.compact)
      Object.assign(subject, { header: jwt?.header ?? {}, claims: jwt?.claims ?? {} })
      if (!jwt) refuse('is not a JWT in JWS compact serialization.')
      // RFC 7515 4.1.11: an extension that must be understood, and none is.
      if ('crit' in subject.header) refuse('has a crit header, which is not supported.')
    },
    ['tier-024', 'gen-004'],
  ),
  check('members', ({ compact }) => {
    if (repeatsName(compact)) refuse('has a claim or header parameter twice.')
  }),
  check(
    'algorithm',
    ({ header: { alg } }) => {
      if (!SIGNING_ALGORITHMS.some((known) => known === alg)) {
        refuse(`has an alg header other than ${SIGNING_ALGORITHMS.join(', ')}.`)
      }
    },
    ['tier-024', 'gen-003'],
  ),
  vital(
    'x5c',
    (subject) => {
      if (subject.header.x5c === undefined) return
      try {
        subject.leaf = readX5c(subject.header.x5c)[0]
        subject.key = subject.leaf.publicKey
      } catch (error) {
        if (!(error instanceof ChainError)) throw error
        refuse(`has no good x5c header: ${error.message}`)
      }
    },
    ['tier-024', 'gen-012'],
  ),
  check('key', async (subject) => {
    if (subject.header.x5c !== undefined) return
    subject.key = await publishedKey(subject)
    if (!subject.key) refuse('has no x5c header, and no key of the identity provider fits it.')
  }),
  vital('signature', async ({ compact, key }) => {
    // The algorithms are those of the key: an ID token's own header never decides that.
    if (key && !(await isSignedBy(compact, key, algorithmsOf(key)))) {
      refuse('is not signed by the key of the identity provider.')
    }
  }),
  vital(
    'chain',
    async ({ server, header, leaf }) => {
      if (!leaf) return
      try {
        await server.trust.communityOf(header.x5c)
      } catch (error) {
        if (!(error instanceof ChainError)) throw error
        refuse(`has a certificate that is not trusted: ${error.message}`)
      }
    },
    ['tier-024', 'gen-019'],
  ),
  check(
    'certificate',
    ({ leaf, pending }) => {
      if (leaf && !leaf.uriNames.includes(pending.provider.issuer)) {
        refuse('has a certificate that is not one of the identity provider.')
      }
    },
    ['tier-024'],
  ),
  vital('issuer', ({ claims, pending }) => {
    if (claims.iss !== pending.provider.issuer) refuse('has another iss than the identity provider.')
  }),
  vital('audience', ({ claims, pending: { clientId } }) => {
    if (!hasAudience(claims, clientId)) refuse('is not for this server: see its aud claim.')
  }),
  check('authorized-party', ({ claims, pending: { clientId } }) => {
    if (!hasAuthorizedParty(claims, clientId)) refuse('was issued to another client: see azp.')
  }),
  vital('times', ({ claims }) => {
    if (!isNumericDate(claims.iat) || !isNumericDate(claims.exp)) refuse('must have iat and exp as numbers.')
  }),
  vital('expiry', ({ server, claims }) => {
    if (Number(claims.exp) <= server.runtime.nowS() - server.policy.skewS) refuse('has expired.')
  }),
  check('issued-at', ({ server, claims }) => {
    const ageS = server.runtime.nowS() - Number(claims.iat)
    if (ageS < -server.policy.skewS) refuse('was issued in the future: see its iat claim.')
    if (ageS > MAX_AGE_S) refuse('was issued long ago: see its iat claim.')
  }),
  vital('nonce', ({ claims, pending }) => {
    if (claims.nonce !== pending.nonce) refuse('does not have the nonce that was sent.')
  }),
  check('subject', ({ claims }) => {
    if (!hasSubject(claims)) {
      refuse(`must have a sub claim of 1 to ${MAX_SUBJECT_LENGTH} characters.`)
    }
  }),
  check('at-hash', ({ claims: { at_hash }, header, accessToken }) => {
    if (at_hash !== undefined && at_hash !== atHash(header.alg, accessToken)) {
      refuse('has an at_hash of another access token.')
    }
  }),
  check('authentication', ({ claims: { acr, amr } }) => {
    if (acr !== undefined && typeof acr !== 'string') refuse('has an acr claim that is no text.')
    if (amr !== undefined && !isStrings(amr)) refuse('has an amr claim that is no list of texts.')
  }),
  check('auth-time', ({ server, claims: { auth_time }, pending }) => {
    const { maxAgeS = Number.POSITIVE_INFINITY } = pending.interaction.request
    if (auth_time === undefined && !Number.isFinite(maxAgeS)) return
    if (!isNumericDate(auth_time)) refuse('must have auth_time as a number.')
    if (Number(auth_time) > server.runtime.nowS() + server.policy.skewS) {
      refuse('is about a sign-in in the future: see its auth_time claim.')
    }
    // As long ago as the client allows, at the time of asking: at the provider a person takes their time.
    if (Number(auth_time) < pending.sentS - maxAgeS - server.policy.skewS) {
      refuse('is about a sign-in longer ago than was asked for: see its auth_time claim.')
    }
  }),
]

/** Of a provider that signs without its certificate. Unreachable, it vouches for nothing. */
async function publishedKey({ server, pending, header }: IdTokenSubject): Promise<KeyObject | undefined> {
  const { runtime } = server
  try {
    const configuration = await openidConfiguration(runtime, pending.provider.issuer)
    return configuration && (await keyOf(runtime, configuration, header))
  } catch (error) {
    if (error instanceof CallFailed) return undefined
    throw error
  }
}

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
