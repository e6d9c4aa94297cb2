/** What a client learns about a person: the claims of the scopes that were granted (OpenID Connect Core 5.4). */
import type { JsonObject } from '../../../wire/json.ts'
import type { Server } from '../server.ts'

const ofScope = new Map([
  ['email', ['email', 'email_verified']],
  ['address', ['address']],
  ['phone', ['phone_number', 'phone_number_verified']],
])
const apart = [...ofScope.values()].flat()

/** Empty when nobody here has this subject. */
export function claimsAbout(server: Server, sub: string, scopes: readonly string[]): JsonObject {
  const claims = server.accounts.bySubject(sub)?.claims ?? {}
  const told = ([name]: [string, unknown]) =>
    apart.includes(name)
      ? scopes.some((scope) => ofScope.get(scope)?.includes(name))
      : scopes.includes('profile')
  const fhirUser = scopes.includes('fhirUser') ? fhirUserOf(server, sub) : undefined
  return {
    ...Object.fromEntries(Object.entries(claims).filter(told)),
    ...(fhirUser === undefined ? {} : { fhirUser }),
  }
}

/** URL of the person's own FHIR resource (SMART App Launch, "Scopes and Launch Context"): without a FHIR server there is none. */
export function fhirUserOf({ accounts, resources }: Server, sub: string): string | undefined {
  const reference = accounts.bySubject(sub)?.fhirUser
  if (reference === undefined || /^https?:/.test(reference)) return reference
  const [base] = resources
  return base === undefined ? undefined : `${base}/${reference}`
}
