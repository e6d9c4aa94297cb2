/** What the endpoints of one authorization server share while it runs. */
import type { Static } from 'typebox'
import type { Runtime } from '../runtime.ts'
import type { Trust } from '../trust.ts'
import type { Accounts } from './accounts.ts'
import type { Clients } from './clients.ts'
import type { Policy } from './policy.ts'
import type { Programmes } from './registration/certifications.ts'
import type { Replay } from './replay.ts'
import type { AccessTokens } from './token/access-token.ts'
import type { Traits } from './traits.ts'
import type { With } from './with.ts'

/** Names of the endpoints with their paths below the issuer. */
export const endpointPaths = {
  metadata: '/.well-known/oauth-authorization-server',
  openid: '/.well-known/openid-configuration',
  jwks: '/jwks',
  registration: '/register',
  authorization: '/authorize',
  interaction: '/interaction',
  /** Where an identity provider sends browsers back to. */
  callback: '/callback',
  token: '/token',
  userinfo: '/userinfo',
  endSession: '/end-session',
  introspection: '/introspect',
  revocation: '/revoke',
} as const

export type Endpoint = keyof typeof endpointPaths

export interface Server {
  runtime: Runtime
  /** Its URL: `iss` of what it issues. */
  issuer: string
  with: Static<typeof With>
  policy: Policy
  traits: Traits
  /** Absolute URLs, exactly as published: an `aud` must repeat them to the letter (guide 7.1.3). */
  endpoints: Record<Endpoint, string>
  /** Base URLs of the FHIR servers that take its tokens. */
  resources: string[]
  accounts: Accounts
  clients: Clients
  certifications: Programmes
  replay: Replay
  trust: Trust
  accessTokens: AccessTokens
}
