/** Scopes of SMART App Launch, versions 1 and 2: `patient/Observation.rs`, `system/*.read`. */

interface SmartScope {
  context: string
  /** Of resource, or `*`. */
  type: string
  /** Letters of `cruds`. */
  permissions: string
}

const version1: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' }

export function smartScope(token: string): SmartScope | undefined {
  const [, context, type, permissions] =
    /^(patient|user|system)\/([A-Za-z]+|\*)\.(c?r?u?d?s?|read|write|\*)(?:\?.*)?$/.exec(token) ?? []
  if (!context || !type || !permissions) return undefined
  return { context, type, permissions: version1[permissions] ?? permissions }
}

/** A wildcard is a scope with an asterisk (guide 7.3). */
export const isWildcard = (token: string) => token.includes('*')

/** Is all that the second one opens opened by the first one? */
export function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true
  const [a, b] = [smartScope(wide), smartScope(narrow)]
  if (!a || !b || a.context !== b.context || wide.includes('?')) return false
  return (
    (a.type === '*' || a.type === b.type) && [...b.permissions].every((one) => a.permissions.includes(one))
  )
}
