/** Which scopes let a system read and search (SMART App Launch 1.0 and 2.0, "Scopes for requesting FHIR resources"). */
import { scopeTokens } from '../../wire/oauth.ts'
import type { ResourceType } from './data.ts'

export type Interaction = 'read' | 'search'

/** The letter of each interaction in version 2. */
const letter: Record<Interaction, string> = { read: 'r', search: 's' }

/**
 * Does this `scope` value allow the interaction? `system/` scopes only: there is no user and no patient in
 * context. A version 2 scope with search restrictions (`?category=…`) allows nothing, because it is not
 * enforced here and must not be widened.
 */
export function allows(scope: string, type: ResourceType, interaction: Interaction): boolean {
  return scopeTokens(scope).some((token) => {
    const [, forType, permission = ''] = /^system\/(\*|[A-Za-z]+)\.(.+)$/.exec(token) ?? []
    if (forType !== '*' && forType !== type) return false
    if (permission === 'read' || permission === '*') return true
    return /^c?r?u?d?s?$/.test(permission) && permission.includes(letter[interaction])
  })
}

/** The least scope that would do, for `WWW-Authenticate` (RFC 6750 3). */
export const needed = (type: ResourceType, interaction: Interaction) =>
  `system/${type}.${letter[interaction]}`
