/** What the endpoints of one authorization server share while it runs. */
import type { Static } from 'typebox'
import type { Runtime } from '../runtime.ts'
import type { Trust } from '../trust.ts'
import type { AccessTokens } from './access-token.ts'
import type { Programmes } from './certifications.ts'
import type { Clients } from './clients.ts'
import type { Policy } from './policy.ts'
import type { Replay } from './replay.ts'
import type { With } from './with.ts'

export type Endpoint = 'metadata' | 'jwks' | 'registration' | 'token' | 'introspection' | 'revocation'

export interface Server {
  runtime: Runtime
  with: Static<typeof With>
  policy: Policy
  /** Absolute URLs, exactly as published: an `aud` must repeat them to the letter (guide 7.1.3). */
  endpoints: Record<Endpoint, string>
  clients: Clients
  certifications: Programmes
  replay: Replay
  trust: Trust
  accessTokens: AccessTokens
}
