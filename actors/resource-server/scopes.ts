/** What scopes let a token do (SMART App Launch 1.0 and 2.0, "Scopes for requesting FHIR resources"). */
import { scopeTokens } from '../../wire/oauth.ts'
import type { ResourceType } from './data.ts'
import { BadSearch, type Matches, matcher, searchParameters } from './search-parameters.ts'

export type Interaction = 'create' | 'read' | 'update' | 'search'

/** For one patient, for what the person may see who let the client in, or for a system. */
export type ScopeContext = 'patient' | 'user' | 'system'

/** What one scope token allows of the interaction that is asked for. */
export interface Permission {
  context: ScopeContext
  /** Only what matches, of a version 2 scope with search restrictions. */
  matches: Matches | undefined
  /** Only the record of this patient. */
  patient: string | undefined
}

/** The letter of each interaction in version 2. */
const letter: Record<Interaction, string> = { create: 'c', read: 'r', update: 'u', search: 's' }

/** The permission of each interaction in version 1. */
const word: Record<Interaction, string> = { create: 'write', read: 'read', update: 'write', search: 'read' }

const SCOPE = /^(patient|user|system)\/(\*|[A-Za-z]+)\.([^?]+)(?:\?(.*))?$/

/** @param base own base URL */
export function permissionsIn(
  scope: string,
  type: ResourceType,
  interaction: Interaction,
  base: string,
): Permission[] {
  return scopeTokens(scope).flatMap((token) => {
    const [, context, forType, permission = '', restrictions] = SCOPE.exec(token) ?? []
    if (forType !== '*' && forType !== type) return []
    const version1 = permission === word[interaction] || permission === '*'
    const version2 = /^c?r?u?d?s?$/.test(permission) && permission.includes(letter[interaction])
    // Version 1 has no restrictions.
    if (!version2 && (!version1 || restrictions !== undefined)) return []
    const matches = restrictions === undefined ? undefined : restriction(type, restrictions, base)
    if (matches === 'unknown') return []
    return [{ context: context as ScopeContext, matches, patient: undefined }]
  })
}

/** A scope whose restrictions are not all understood allows nothing: it must not be widened. */
function restriction(type: ResourceType, query: string, base: string): Matches | 'unknown' {
  const known = searchParameters[type]
  const all: Matches[] = []
  for (const [name, value] of new URLSearchParams(query)) {
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined
    if (!parameter) return 'unknown'
    try {
      const matches = matcher(parameter, value, base)
      if (!matches) return 'unknown'
      all.push(matches)
    } catch (error) {
      if (error instanceof BadSearch) return 'unknown'
      throw error
    }
  }
  return all.length === 0 ? 'unknown' : (resource) => all.every((matches) => matches(resource))
}

/** The least scope that would do, for `WWW-Authenticate` (RFC 6750 3), in the context of those that the token has. */
export function needed(scope: string, type: ResourceType, interaction: Interaction): string {
  const [, context = 'system'] = /(?:^| )(patient|user|system)\//.exec(scope) ?? []
  return `${context}/${type}.${letter[interaction]}`
}
