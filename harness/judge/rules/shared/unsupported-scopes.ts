/** Scopes that a server cannot grant, by what was published of it (guide 7.3). */
import type { JsonObject } from '../../../../wire/json.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import { listOf } from './metadata.ts'
import { isWildcard } from './smart-scopes.ts'

/** The wildcard that is asked for though the server supports none at all. */
export function unsupportedWildcard(scope: string, metadata: JsonObject): string | undefined {
  const supported = listOf(metadata, 'scopes_supported')
  if (!supported || supported.some(isWildcard)) return undefined
  return scopeTokens(scope).find((token) => isWildcard(token) && !supported.includes(token))
}

/** None of the scopes can be one that the server supports, nor a part of one. */
export function noneSupported(scope: string, metadata: JsonObject): boolean {
  const supported = listOf(metadata, 'scopes_supported')
  const asked = scopeTokens(scope)
  if (!supported || asked.length === 0) return false
  return !asked.some((token) => supported.some((one) => mayCover(one, token)))
}

/** In SMART's way of writing, `patient/Observation.rs` has `patient/Observation.r`; of others the same text counts. */
function mayCover(supported: string, token: string): boolean {
  if (supported === token) return true
  const [context, type] = partsOf(supported)
  const [itsContext, itsType] = partsOf(token)
  if (type === undefined || context !== itsContext) return false
  return type === itsType || type === '*' || itsType === '*'
}

function partsOf(token: string): (string | undefined)[] {
  return /^([^/]+)\/([^.]+)\./.exec(token)?.slice(1) ?? []
}
