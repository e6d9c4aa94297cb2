/** For tests: metadata as they should be, and what a rule says of some hops. */
import type { Json } from '../../wire/json.ts'
import { type CaseSketch, endpoints, evidence, fakeJwt, type HopSketch, nowS } from './fixture.ts'
import { judge } from './judge.ts'
import { rules } from './rules/index.ts'

export const signed = {
  iss: endpoints.fhir,
  sub: endpoints.fhir,
  iat: nowS,
  exp: nowS + 3600,
  jti: 'one',
  token_endpoint: endpoints.token,
  registration_endpoint: endpoints.registration,
}
export const good = {
  udap_versions_supported: ['1'],
  udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
  udap_authorization_extensions_supported: ['hl7-b2b'],
  udap_authorization_extensions_required: ['hl7-b2b'],
  udap_certifications_supported: [],
  grant_types_supported: ['client_credentials'],
  scopes_supported: ['system/*.rs'],
  token_endpoint: endpoints.token,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['RS256'],
  registration_endpoint: endpoints.registration,
  registration_endpoint_jwt_signing_alg_values_supported: ['RS256'],
  signed_metadata: fakeJwt(signed),
}

export const answer = (body: Json | string, more: Partial<HopSketch> = {}): HopSketch => ({
  to: 'fhir',
  url: endpoints.metadata,
  response: { status: 200, body },
  ...more,
})

export function result(id: string, hops: HopSketch[], sketch: Omit<CaseSketch, 'steps'> = {}) {
  const rule = rules.filter((one) => one.id === id)
  const steps = [{ id: 'discover', expect: [{ status: { $gte: 100 } }], hops, answer: 0 }]
  const [one] = judge(evidence({ ...sketch, steps }), rule).cases
  const found = one!.rules.find((other) => other.id === id)
  const finding = found?.findings[0]
  return {
    verdict: found?.verdict ?? 'untouched',
    said: finding && `expected ${finding.expected}, saw ${finding.seen}`,
    finding,
  }
}

/** Metadata for one community, signed by this certificate. */
export const of = (community: string, status: number, leaf = 'AAAA') =>
  answer(good, {
    url: `${endpoints.metadata}?community=${community}`,
    response:
      status === 204
        ? { status }
        : { status, body: { ...good, signed_metadata: fakeJwt(signed, { x5c: [leaf] }) } },
  })
