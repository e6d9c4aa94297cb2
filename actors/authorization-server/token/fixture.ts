/** For unit tests: an authorization server into whose grants one can reach, so that no browser is needed. */
import type { Static } from 'typebox'
import type { Actor, Context, Credential } from '../../actor.ts'
import type { CallResponse } from '../../call.ts'
import { createSigners } from '../../discovery/signer.ts'
import type { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { listen } from '../../listen.ts'
import { subjectOf } from '../../people.ts'
import { createRuntime, started } from '../../runtime.ts'
import type { Store } from '../../store.ts'
import { authorizationServer } from '../actor.ts'
import { challengeOf, personOf, registerApp, VERIFIER } from '../authorization/fixture.ts'
import type { CodeBinding, Grant } from '../authorization/grants.ts'
import { createAuthorizationServer } from '../create.ts'
import {
  CLIENT_URI,
  FHIR_URL,
  type JwtChanges,
  requestToken,
  type Server,
  signAssertion,
  startAuthorizationServer,
} from '../fixture.ts'
import type { Server as Inside, Role } from '../server.ts'
import type { With } from '../with.ts'

export const CALLBACK = 'https://app.example/callback'
export const SCOPE = 'openid fhirUser profile offline_access patient/Patient.rs patient/Observation.rs'

const ANA = personOf('ana', {
  patients: ['p1'],
  fhirUser: 'Patient/p1',
  claims: { name: 'Ana Example', email: 'ana@example.com', phone_number: '+1 555 0100' },
  assurance: { identity: 2, authentication: 3 },
})

export interface SeamOptions {
  context?: Partial<Context>
  with?: Partial<Static<typeof With>>
  role?: Role
  state?: Store
}

export interface Seam extends Server {
  inside: Inside
  community: Community
  client: { credential: Credential; id: string }
  /** Subject of Ana. */
  sub: string
}

export async function startSeam(bed: Bed, options: SeamOptions = {}): Promise<Seam> {
  const community = await startCommunity(bed)
  let inside: Inside | undefined
  const actor: Actor<typeof With> = {
    ...authorizationServer,
    async start(context, w, host) {
      const { state } = options
      const runtime = createRuntime(actor as Actor, context, { ...host, ...(state && { state }) })
      const { server, routes, facts, actions } = await createAuthorizationServer(runtime, {
        issuer: context.url,
        with: w,
        role: options.role ?? 'authorization-server',
        resources: [FHIR_URL],
        signers: context.credentials.length > 0 ? createSigners(runtime) : [],
      })
      inside = server
      await listen(runtime, routes)
      return started(runtime, { facts, actions })
    },
  }
  const server = await startAuthorizationServer(bed, {
    actor,
    communities: [community],
    context: { people: { ana: ANA }, ...options.context },
    with: {
      grants: ['authorization_code', 'refresh_token'],
      scopes: [...SCOPE.split(' '), 'email', 'patient/*.rs'],
      users: ['ana'],
      ...options.with,
    },
  })
  const credential = await community.issue([CLIENT_URI])
  const sub = subjectOf({ seed: 'a seed', case: 'c1' }, server.url, 'ana')
  const client = { credential, id: await registeredForCode(server, credential) }
  return { ...server, inside: inside!, community, client, sub }
}

/** @returns the client_id */
export const registeredForCode = (
  server: Server,
  credential: Credential,
  claims: Record<string, unknown> = {},
): Promise<string> => registerApp(server, credential, { scope: SCOPE, ...claims })

/** What Ana allowed the client: all that it registered for, unless changed. */
export function grantOf(seam: Seam, changed: Partial<Grant> = {}): Grant {
  return {
    clientId: seam.client.id,
    scopes: SCOPE.split(' '),
    sub: seam.sub,
    authTimeS: seam.inside.runtime.nowS() - 5,
    acr: 'http://udap.org/ial2',
    amr: ['http://udap.org/aal3'],
    nonce: 'a nonce',
    context: { patient: 'p1', need_patient_banner: true },
    ...changed,
  }
}

export function codeOf(seam: Seam, grant: Partial<Grant> = {}, binding: Partial<CodeBinding> = {}): string {
  return seam.inside.grants.issueCode(grantOf(seam, grant), {
    redirectUri: CALLBACK,
    codeChallenge: challengeOf(VERIFIER),
    ...binding,
  })
}

export type Form = Record<string, string | undefined>

/** A value `undefined` leaves the parameter out. */
export function redeem(
  seam: Seam,
  code: string,
  form: Form = {},
  by = seam.client,
  changes: JwtChanges = {},
): Promise<CallResponse> {
  const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER }
  return authenticated(seam, { ...request, ...form }, by, changes)
}

export function refresh(
  seam: Seam,
  token: string,
  form: Form = {},
  by = seam.client,
  changes: JwtChanges = {},
): Promise<CallResponse> {
  return authenticated(seam, { grant_type: 'refresh_token', refresh_token: token, ...form }, by, changes)
}

async function authenticated(
  seam: Seam,
  form: Form,
  by: Seam['client'],
  changes: JwtChanges,
): Promise<CallResponse> {
  const claims = { extensions: undefined, ...changes.claims }
  const assertion = await signAssertion(seam, by.credential, by.id, { ...changes, claims })
  return requestToken(seam, assertion, { scope: undefined, ...form })
}

export interface Tokens {
  access_token: string
  refresh_token: string
  id_token: string
}

/** @throws when the code was refused */
export async function tokensFor(seam: Seam, code = codeOf(seam)): Promise<Tokens> {
  const answer = await redeem(seam, code)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json() as unknown as Tokens
}
