/** What goes on between a person's browser and this server, from an authorization request to its answer. */
import type { Account } from '../accounts.ts'
import type { Provider } from '../pages/providers.ts'
import type { AuthorizationRequest } from './request.ts'

/** That a person has shown who they are. */
export interface Authentication {
  account: Account
  /** NumericDate. */
  authTimeS: number
  /** As an identity provider said it, or as this server does (OpenID Connect Core 2). */
  acr: string | undefined
  amr: string[] | undefined
  /** The identity provider that vouches for them; undefined when they signed in here. */
  idp?: { issuer: string; sub: string }
}

/** How the person shall show who they are. */
export type SignIn =
  /** With a password of this server. */
  | { by: 'password' }
  /** At the identity provider with this issuer. */
  | { by: 'idp'; idp: string }
  /** As they choose. */
  | { by: 'choice'; providers: Provider[]; local: boolean }

export interface Interaction {
  /** Unguessable; part of the URLs of its pages. */
  id: string
  /** The browser that began it: no other one can go on with it. */
  browser: string
  /** Who is signed in there, as it said last. */
  session: string | undefined
  /** Comes back in every form (RFC 9700 4.7.1). */
  csrf: string
  request: AuthorizationRequest
  signIn: SignIn
  authentication: Authentication | undefined
  /** What was typed as username, or the client's `login_hint`. */
  username: string | undefined
  /** Passwords that were wrong. */
  failures: number
  /** The record that was chosen, when the launch context needs one. */
  patient: string | undefined
  /** Scope tokens that the person allowed, once they have. */
  allowed: string[] | undefined
  /** What the next page says first: why the form before it was not good. */
  error: string | undefined
  /** It has had its answer. */
  ended: boolean
  /** NumericDate; after a while it is forgotten. */
  beganS: number
}
