/** What the endpoints of one authorization server share while it runs. */
import type { Static } from 'typebox'
import { OPENID_CONFIGURATION_PATH, SERVER_METADATA_PATH } from '../../wire/oauth.ts'
import { LOGO_PATH } from '../client/logo.ts'
import type { Signer } from '../discovery/signer.ts'
import type { Runtime } from '../runtime.ts'
import type { Trust } from '../trust.ts'
import type { Accounts } from './accounts.ts'
import type { Grants } from './authorization/grants.ts'
import type { Interactions } from './authorization/interactions.ts'
import type { Launches } from './authorization/launches.ts'
import type { Sessions } from './authorization/sessions.ts'
import type { Clients } from './clients.ts'
import type { OwnKey } from './own-key.ts'
import type { Policy } from './policy.ts'
import type { Programmes } from './registration/certifications.ts'
import type { Replay } from './replay.ts'
import type { Tiered } from './tiered/tiered.ts'
import type { AccessTokens } from './token/access-token.ts'
import type { With } from './with.ts'

/** Names of the endpoints with their paths below the issuer. */
export const endpointPaths = {
  metadata: SERVER_METADATA_PATH,
  openid: OPENID_CONFIGURATION_PATH,
  jwks: '/jwks',
  registration: '/register',
  authorization: '/authorize',
  interaction: '/interaction',
  /** Where an identity provider sends browsers back to. */
  callback: '/callback',
  /** Its own, as the client of an identity provider. */
  logo: LOGO_PATH,
  token: '/token',
  userinfo: '/userinfo',
  endSession: '/end-session',
  introspection: '/introspect',
  revocation: '/revoke',
} as const

export type Endpoint = keyof typeof endpointPaths

/** What it is part of: an identity provider signs ID tokens with its certificate (guide, Tiered OAuth 6.2), and its pages say who asks who somebody is. */
export type Role = 'authorization-server' | 'identity-provider'

export interface Server {
  runtime: Runtime
  /** Its URL: `iss` of what it issues. */
  issuer: string
  with: Static<typeof With>
  policy: Policy
  role: Role
  /** Absolute URLs, exactly as published: an `aud` must repeat them to the letter (guide 7.1.5). */
  endpoints: Record<Endpoint, string>
  /** Base URLs of the FHIR servers that take its tokens. */
  resources: string[]
  accounts: Accounts
  clients: Clients
  grants: Grants
  interactions: Interactions
  sessions: Sessions
  launches: Launches
  certifications: Programmes
  replay: Replay
  trust: Trust
  ownKey: OwnKey
  accessTokens: AccessTokens
  /** Its certificates, one a community; empty when it signs nothing with them. Replaced in place. */
  signers: Signer[]
  /** Sign-in at identity providers; undefined when `with` has no `tiered`. */
  tiered: Tiered | undefined
  /** What people are shown of a record; undefined when nothing is known of it here. */
  recordOf(patient: string): PatientRecord | undefined
}

/** A record as the person finds it again among several. */
export interface PatientRecord {
  /** The name of whose it is. */
  label: string
  detail?: string
}
