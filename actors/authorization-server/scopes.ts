/** Scope negotiation (guide 7.3): of what is asked for, what can be granted is granted. */
import { scopeTokens } from '../../wire/oauth.ts'

/** RFC 6749 3.3: tokens of printable ASCII without quote and backslash, separated by spaces. */
const SCOPE = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/

export interface Negotiated {
  /** What is granted; with a refusal, what a server that does not care would grant: all that was asked for. */
  scopes: string[]
  /** Why the request must be refused. */
  refusal?: string
}

/** @param grantable the scope tokens that this client can have */
export function negotiate(requested: string, grantable: readonly string[]): Negotiated {
  const asked = scopeTokens(requested)
  const refused = (refusal: string): Negotiated => ({ scopes: asked, refusal })
  if (!SCOPE.test(requested)) return refused('scope is not a list of scope tokens.')
  const wildcard = asked.find((token) => token.includes('*') && !grantable.includes(token))
  if (wildcard) return refused(`The wildcard scope ${wildcard} is not supported.`)
  const scopes = asked.filter((token) => grantable.includes(token))
  return scopes.length > 0 ? { scopes } : refused('None of the requested scopes can be granted.')
}
