/** Scope negotiation (guide 7.3): of what is asked for, what can be granted is granted. */
import { scopeTokens } from '../../../wire/oauth.ts'

/** RFC 6749 3.3: tokens of printable ASCII without quote and backslash, separated by spaces. */
const SCOPE = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/

export interface Negotiated {
  /** What is granted; with a refusal, what a server that does not care would grant: all that was asked for. */
  scopes: string[]
  /** Why the request must be refused. */
  refusal?: string
}

/**
 * @param supported the scope tokens that the server publishes
 * @param grantable those that this client can have
 */
export function negotiate(
  requested: string,
  supported: readonly string[],
  grantable: readonly string[] = supported,
): Negotiated {
  const asked = scopeTokens(requested)
  const refused = (refusal: string): Negotiated => ({ scopes: asked, refusal })
  if (!SCOPE.test(requested)) return refused('scope is not a list of scope tokens.')
  const unsupported = asked.find((token) => isWildcard(token) && !grants(supported, token))
  if (unsupported) return refused(`The wildcard scope ${unsupported} is not supported.`)
  const scopes = asked.flatMap((token) => {
    if (grants(grantable, token)) return [token]
    // A wildcard that the client cannot have as it stands gives what it can have of it (7.3, item 4).
    return isWildcard(token) ? grantable.filter((one) => covers(token, one)) : []
  })
  return scopes.length > 0
    ? { scopes: [...new Set(scopes)] }
    : refused('None of the requested scopes can be granted.')
}

const isWildcard = (token: string) => token.includes('*')

/** Is the token among these, or a part of a wildcard that is? */
export const grants = (tokens: readonly string[], token: string): boolean =>
  tokens.some((one) => one === token || (isWildcard(one) && covers(one, token)))

/** `system/*.rs`, `patient/Observation.read`: context, type of resource and permissions of SMART, v1 or v2. */
const SMART = /^(patient|user|system)\/([A-Za-z]+|\*)\.(c?r?u?d?s?|read|write|\*)(\?.+)?$/
const VERSION_1 = ['read', 'write', '*']

function covers(wildcard: string, token: string): boolean {
  const [, context, type, permissions = ''] = SMART.exec(wildcard) ?? []
  const [, itsContext, itsType, itsPermissions = ''] = SMART.exec(token) ?? []
  if (context === undefined || context !== itsContext || wildcard.includes('?')) return false
  if (type !== '*' && type !== itsType) return false
  if (permissions === itsPermissions || permissions === '*') return true
  const bothVersion2 = ![permissions, itsPermissions].some((one) => VERSION_1.includes(one))
  return bothVersion2 && [...itsPermissions].every((letter) => permissions.includes(letter))
}
