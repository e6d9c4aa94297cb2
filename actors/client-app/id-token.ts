/** Validates the ID token of a token response (OpenID Connect Core 3.1.3.7, 12.2). */
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { scopeTokens } from '../../wire/oauth.ts'
import { atHash } from '../at-hash.ts'
import type { CallResponse } from '../call.ts'
import { type Check, Refusal } from '../checks.ts'
import { bodyOf, checkAnswer } from '../client/answer.ts'
import {
  hasAudience,
  hasAuthorizedParty,
  hasSubject,
  MAX_AGE_S,
  repeatsName,
} from '../client/id-token-claims.ts'
import { keyOf, openidConfiguration } from '../client/openid-configuration.ts'
import { algorithmsOf, isSignedBy } from '../jws.ts'
import type { Runtime } from '../runtime.ts'
import { type AccessToken, type Client, issuerOf, type Target } from './client.ts'
import { registration } from './registered.ts'

/** For what the person signed in. */
export interface SignedIn {
  /** As asked for: with `openid`, an ID token must come. */
  scope: string
  nonce: string | undefined
  /** As a NumericDate, when the request said how long ago they may have signed in (max_age). */
  notBeforeS?: number | undefined
  /** Who signed in, as the ID token said that came first: only a refreshed token has one (12.2). */
  before?: AccessToken['person']
}

interface IdToken {
  runtime: Runtime
  /** As it came; must be there when `openid` was granted. */
  text: unknown
  issuer: string | undefined
  clientId: string
  nonce: string | undefined
  notBeforeS: number | undefined
  before: AccessToken['person']
  accessToken: string
  now: number
  header: JsonObject
  claims: JsonObject
}

/** Of the clock of an issuer elsewhere. */
const SKEW_S = 60

export const idTokenChecks: Check<IdToken>[] = [
  {
    name: 'id-token-jwt',
    refs: ['gen-004'],
    run(subject) {
      if (subject.text === undefined) throw new Refusal('openid was granted, but no ID token came.')
      const jwt = typeof subject.text === 'string' ? decodeJwt(subject.text) : undefined
      if (!jwt) throw new Refusal('The ID token is no JWT in compact serialization.')
      subject.header = jwt.header
      subject.claims = jwt.claims
    },
  },
  {
    name: 'id-token-members',
    refs: ['gen-002'],
    run({ text }) {
      if (repeatsName(String(text))) throw new Refusal('The ID token has a claim or header parameter twice.')
    },
  },
  {
    name: 'id-token-issuer',
    refs: ['gen-014'],
    run({ claims: { iss }, issuer }) {
      if (issuer === undefined)
        throw new Refusal('Whose ID tokens to believe is not known: smart/discover finds out.')
      if (iss !== issuer)
        throw new Refusal(`The iss of the ID token is not ${issuer}, the issuer that was asked.`)
    },
  },
  {
    name: 'id-token-signature',
    refs: ['gen-001', 'gen-003'],
    async run({ runtime, text, issuer, header }) {
      const configuration = await openidConfiguration(runtime, issuer ?? '')
      if (!configuration) throw new Refusal(`There is no OpenID configuration of ${issuer}.`)
      const key = await keyOf(runtime, configuration, header)
      if (!key || !(await isSignedBy(String(text), key, algorithmsOf(key))))
        throw new Refusal('The ID token is not signed by a key of its issuer.')
    },
  },
  {
    name: 'id-token-audience',
    refs: [],
    run({ claims, clientId }) {
      if (!hasAudience(claims, clientId))
        throw new Refusal('The ID token is not for this client: its aud is another one.')
    },
  },
  {
    name: 'id-token-authorized-party',
    refs: [],
    run({ claims, clientId }) {
      if (!hasAuthorizedParty(claims, clientId))
        throw new Refusal('The ID token was issued to another client: its azp is not this one.')
    },
  },
  {
    name: 'id-token-expiry',
    refs: ['gen-014'],
    run({ claims: { exp }, now }) {
      if (typeof exp !== 'number') throw new Refusal('The ID token has no exp.')
      if (exp <= now) throw new Refusal('The ID token has expired.')
    },
  },
  {
    name: 'id-token-issued-at',
    refs: [],
    run({ claims: { iat }, now }) {
      if (typeof iat !== 'number') throw new Refusal('The ID token has no iat.')
      if (iat > now + SKEW_S) throw new Refusal('The ID token was issued in the future.')
      if (iat < now - MAX_AGE_S) throw new Refusal('The ID token was issued long ago.')
    },
  },
  {
    name: 'id-token-auth-time',
    refs: [],
    run({ claims: { auth_time }, notBeforeS }) {
      if (notBeforeS === undefined) return
      if (typeof auth_time !== 'number' || auth_time < notBeforeS - SKEW_S)
        throw new Refusal('The ID token is about a sign-in longer ago than was asked for.')
    },
  },
  {
    name: 'id-token-nonce',
    refs: [],
    run({ claims: { nonce: got }, nonce, before }) {
      if (got !== nonce && !(before && got === undefined))
        throw new Refusal('The nonce of the ID token is not the one that was sent.')
    },
  },
  {
    name: 'id-token-subject',
    refs: [],
    run({ claims, before }) {
      if (!hasSubject(claims)) throw new Refusal('The ID token does not say who signed in: see its sub.')
      if (before && before.sub !== claims.sub)
        throw new Refusal('The ID token is of another person than before.')
    },
  },
  {
    name: 'id-token-access-token-hash',
    refs: [],
    run({ claims: { at_hash }, header: { alg }, accessToken }) {
      if (at_hash !== undefined && at_hash !== atHash(alg, accessToken))
        throw new Refusal('The at_hash of the ID token is not of the access token that came with it.')
    },
  },
]

/** @returns who signed in; undefined when no ID token was to come */
export async function validateIdToken(
  client: Client,
  target: Target,
  answer: CallResponse,
  { scope: asked, nonce, notBeforeS, before }: SignedIn,
): Promise<AccessToken['person']> {
  const { runtime } = client
  const { id_token, scope = asked, access_token } = bodyOf(answer)
  // A refreshed token need not come with another one.
  const isDue = scopeTokens(String(scope)).includes('openid') && !before
  if (id_token === undefined && !isDue) return before
  const subject: IdToken = {
    runtime,
    text: id_token,
    issuer: issuerOf(client, target),
    clientId: (await registration(client, target)).clientId,
    nonce,
    notBeforeS,
    before,
    accessToken: String(access_token),
    now: runtime.nowS(),
    header: {},
    claims: {},
  }
  await checkAnswer(runtime, answer, idTokenChecks, subject)
  return { sub: String(subject.claims.sub), nonce }
}
