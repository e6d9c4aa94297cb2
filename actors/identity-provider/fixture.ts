/** For tests: a running identity provider that knows Ana and Ben, and a client that has registered with it. */
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Context, Credential, Person } from '../actor.ts'
import {
  type Browser,
  CALLBACK,
  authorizationUrl as requestUrl,
  signInThrough,
  VERIFIER,
} from '../authorization-server/authorization/fixture.ts'
import {
  CODE,
  register,
  requestToken,
  type Server,
  signAssertion,
  signStatement,
} from '../authorization-server/fixture.ts'
import type { CallResponse } from '../call.ts'
import { contextOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import type { Community } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import { identityProvider } from './actor.ts'
import { With } from './with.ts'

export const ANA: Person = {
  name: 'ana',
  title: 'Ana',
  username: 'ana',
  password: 'a password of hers',
  patients: [],
  claims: { name: 'Ana', family_name: 'Silva', email: 'ana@example.com', email_verified: true },
  assurance: { identity: 2, authentication: 3 },
}

export const BEN: Person = { ...ANA, name: 'ben', title: 'Ben', username: 'ben', claims: { name: 'Ben' } }

export const CREDENTIALS = { username: ANA.username, password: ANA.password }

export interface Options {
  context?: Partial<Context>
  with?: Partial<Static<typeof With>>
}

/** In each community it has a certificate, and trusts those of others. Nobody is asked about revocation. */
export async function startIdentityProvider(
  bed: Bed,
  communities: Community[],
  options: Options = {},
): Promise<Server> {
  const place = await bed.open('idp', identityProvider)
  const url = `https://idp-c1.localhost:${place.port}`
  const context = contextOf('idp', {
    kind: 'identity-provider',
    url,
    people: { ana: ANA, ben: BEN },
    credentials: await Promise.all(communities.map(({ uri, issue }) => issue([url], `idp ${uri}`))),
    anchors: communities.map(({ uri, root }) => ({ community: uri, certificates: [root] })),
    keys: [await keyFor('server')],
    tls: await bed.tls(['idp-c1.localhost']),
    policy: { revocation: 'off' },
    ...options.context,
  })
  const w = Value.Parse(With, Value.Default(With, { users: ['ana', 'ben'], ...options.with }))
  return {
    actor: await place.start(context, w),
    url,
    call: ({ path, ...request }) => bed.call({ ...request, url: `${url}${path}` }),
  }
}

/** Signs in as Ana. @returns the URL that the browser was sent to */
export const walk = (browser: Browser, url: string, answer: 'Allow' | 'Deny' = 'Allow'): Promise<string> =>
  signInThrough(browser, url, { ...CREDENTIALS, deny: answer === 'Deny' })

/** Of a client in order, but for what is changed; `undefined` leaves a parameter out. */
export const authorizationUrl = (
  idp: Server,
  clientId: string,
  parameters: Record<string, string | undefined> = {},
): string => requestUrl(idp, clientId, { scope: 'openid udap', nonce: 'a nonce', ...parameters })

/** Trades the code for tokens. */
export async function redeem(
  idp: Server,
  { id, credential }: { id: string; credential: Credential },
  url: string,
): Promise<CallResponse> {
  const assertion = await signAssertion(idp, credential, id, { claims: { extensions: undefined } })
  return requestToken(idp, assertion, {
    grant_type: 'authorization_code',
    scope: undefined,
    code: new URL(url).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  })
}

/** @returns the client_id */
export async function registerClient(
  idp: Server,
  credential: Credential,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const statement = await signStatement(idp, credential, {
    claims: { ...CODE, scope: 'openid udap profile email', ...claims },
  })
  const answer = await register(idp, statement)
  return (answer.json() as { client_id: string }).client_id
}
