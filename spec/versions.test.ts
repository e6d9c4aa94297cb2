/** Where versions of the guide differ, one entry a difference: in parameters, or in the rows of the catalogue. */
import { expect, test } from 'vitest'
import { loadSpec } from './load.ts'
import type { Parameters, Version } from './types.ts'

const { versions, requirements } = loadSpec(new URL('../', import.meta.url))
const names = ['1.0.0', '1.1.0', '2.0.0', '3.0.0-ballot']
const rows = new Map(requirements.map((row) => [row.id, row]))

/** In each version, in order: what `read` finds. */
const each = (read: (version: Version) => unknown) => names.map((name) => read(versions[name]!))
const parameter = (read: (parameters: Parameters) => unknown) => each(({ parameters }) => read(parameters))
/** In each version: how strong the rule is, '-' where it does not hold. */
const strength = (id: string) => names.map((name) => rows.get(id)!.strengthIn[name] ?? '-')

test('there are these versions', () => {
  expect(Object.keys(versions)).toEqual(names)
})

const since110 = (strong: string) => ['-', strong, strong, strong]
const since200 = (strong: string) => ['-', '-', strong, strong]
const until110 = (strong: string) => [strong, strong, '-', '-']

test.each<[string, ...([string, unknown[]] | [(parameters: Parameters) => unknown, unknown[]])[]]>([
  ['GET on the metadata URL is spelled out (FHIR-43048)', ['disc-057', since110('SHALL')]],
  [
    'signed_metadata is RS256 (FHIR-41517)',
    ['disc-037', since110('SHALL')],
    [({ discovery }) => discovery.signedMetadataAlgorithms.length, [4, 1, 1, 1]],
  ],
  [
    'the client validates signed_metadata, and goes no further (FHIR-40459, FHIR-49242)',
    ['disc-049', since110('SHALL')],
    ['disc-050', since200('SHALL NOT')],
  ],
  [
    'signed values beat plain ones (FHIR-49239)',
    ['disc-038', since200('SHALL')],
    [({ discovery }) => discovery.endpointsDiffer, ['stop', 'stop', 'use-signed', 'use-signed']],
  ],
  [
    'an unknown community (FHIR-43014)',
    [({ discovery }) => discovery.unknownCommunity, ['404', 'default', '204', '204']],
    [({ discovery }) => discovery.unknownCommunityStatus, [404, 204, 204, 204]],
  ],
  ['a server supports the parameter community (FHIR-40510)', ['disc-053', ['MAY', 'MAY', 'SHALL', 'SHALL']]],
  [
    'a client sends the parameter community (FHIR-40510)',
    ['disc-051', ['MAY', 'MAY', 'SHOULD', 'SHOULD']],
    [({ discovery }) => discovery.clientNamesCommunity, [false, false, true, true]],
  ],
  [
    '*_required within *_supported (FHIR-43003)',
    ['disc-020', since200('SHALL NOT')],
    ['disc-024', since200('SHALL NOT')],
    [({ discovery }) => discovery.requiredWithinSupported, [false, false, true, true]],
  ],
  [
    'scopes_supported (FHIR-49180)',
    ['disc-027', ['MAY', 'MAY', 'SHALL', 'SHALL']],
    [({ discovery }) => discovery.requiredFields.includes('scopes_supported'), [false, false, true, true]],
  ],
  [
    'the algorithms of registration (FHIR-49177)',
    ['disc-034', ['SHOULD', 'SHOULD', 'SHALL', 'SHALL']],
    [
      ({ discovery }) =>
        discovery.requiredFields.includes('registration_endpoint_jwt_signing_alg_values_supported'),
      [false, false, true, true],
    ],
  ],
  [
    'what SMART prefers, and UDAP metadata over those of SMART (FHIR-49185)',
    ['disc-010', until110('SHALL')],
    ['reg-030', until110('SHOULD')],
    ['reg-031', until110('SHOULD')],
    ['con-003', until110('MAY')],
  ],
  [
    'which jti may come again (FHIR-43008)',
    ['gen-016', since110('SHALL')],
    [({ jwt }) => jwt.jtiUniquePer, ['issuer-and-type', 'issuer', 'issuer', 'issuer']],
  ],
  ['the lifetime of a software statement (FHIR-43121)', ['reg-056', ['SHOULD', '-', '-', '-']]],
  ['a server may alter what is registered (FHIR-43554)', ['reg-037', since110('MAY')]],
  [
    'what a registration belongs to (FHIR-43116)',
    ['reg-047', since110('SHALL')],
    ['reg-048', since110('SHALL NOT')],
    [
      ({ registration }) => registration.modifiedBy,
      ['uri', 'uri-and-community', 'uri-and-community', 'uri-and-community'],
    ],
  ],
  [
    'what is left out of a registration response (FHIR-49631, FHIR-48921)',
    ['reg-038', since200('SHOULD')],
    ['reg-039', since200('SHOULD NOT')],
    ['reg-040', since200('SHOULD NOT')],
    [({ registration }) => registration.echoJwtClaims, [true, true, false, false]],
  ],
  ['support of hl7-b2b (FHIR-43002)', ['b2b-040', since110('SHALL')]],
  [
    'subject_id (FHIR-49178)',
    ['b2b-068', until110('SHALL')],
    ['b2b-042', since200('SHALL')],
    [({ token }) => token.subjectId, ['npi', 'npi', 'any', 'any']],
  ],
  [
    'scope in a client credentials request (FHIR-43020)',
    ['b2b-056', since200('SHALL')],
    [({ token }) => token.scopeInRequest, ['optional', 'optional', 'required', 'required']],
  ],
  [
    'a token is for one context (FHIR-49174)',
    ['b2b-063', since200('SHALL')],
    [({ token }) => token.context, ['any', 'any', 'bound', 'bound']],
  ],
  [
    'a secret shared with a consumer app (FHIR-43022)',
    ['con-022', until110('SHALL')],
    [({ token }) => token.sharedSecret, ['allowed', 'allowed', 'refused', 'refused']],
  ],
  [
    'PKCE (FHIR-42958)',
    ['gen-028', since200('SHALL')],
    ['gen-029', since200('SHALL')],
    [({ authorize }) => authorize.pkce, ['optional', 'optional', 'required', 'required']],
  ],
  [
    'scope in an authorization request (FHIR-43020)',
    ['gen-022', since200('SHALL')],
    [({ authorize }) => authorize.scope, ['optional', 'optional', 'required', 'required']],
  ],
  [
    'state (FHIR-41520)',
    ['gen-024', since200('SHALL')],
    ['gen-025', since200('SHALL')],
    [({ authorize }) => authorize.state, ['optional', 'optional', 'required', 'required']],
  ],
  [
    'scope negotiation and wildcards (FHIR-46448, FHIR-49180, FHIR-49632, FHIR-50137)',
    ['gen-033', since200('SHALL')],
    ['gen-036', since200('SHOULD')],
    ['gen-039', since200('SHALL')],
    ['gen-042', since200('SHOULD')],
  ],
  [
    'the scope udap in Tiered OAuth (FHIR-43006, FHIR-45723)',
    ['tier-003', since200('SHALL')],
    ['tier-004', since200('SHALL')],
    [({ authorize }) => authorize.udapScope, ['any', 'any', 'registered', 'registered']],
  ],
  [
    'URIs are written in one way, and compared to the letter (FHIR-51052)',
    ['gen-017', since200('SHOULD')],
    ['gen-018', since200('MAY')],
  ],
  ['more algorithms (FHIR-49182)', ['gen-010', since200('MAY')]],
  [
    'the template of certifications (FHIR-45173, FHIR-46113, FHIR-49181)',
    ['gen-045', since200('SHALL')],
    ['gen-050', since200('SHALL')],
  ],
  ['jku instead of x5c (FHIR-49241)', ['gen-058', since200('MAY')], ['gen-061', since200('SHALL')]],
])('%s', (_, ...differences) => {
  for (const [what, expected] of differences) {
    const found = typeof what === 'string' ? strength(what) : parameter(what)
    expect(found, String(what)).toEqual(expected)
    expect(new Set(found).size, String(what)).toBeGreaterThan(1)
  }
})

test('the section on JWTs had another number (FHIR-49187)', () => {
  expect(each(({ sections }) => sections['7.1'] ?? '7.1')).toEqual(['1.2', '1.2', '7.1', '7.1'])
})

test('3.0.0-ballot is 2.0.0 in a realm and a package of its own', () => {
  const [now, next] = [versions['2.0.0']!, versions['3.0.0-ballot']!]
  expect([now.realm, next.realm]).toEqual(['us', 'uv'])
  expect([now.package, next.package]).toEqual(['hl7.fhir.us.udap-security', 'hl7.fhir.uv.fast-security'])
  expect(next.parameters).toEqual(now.parameters)
  for (const { id, strengthIn } of requirements)
    expect(strengthIn['3.0.0-ballot'], id).toBe(strengthIn['2.0.0'])
})

test('every parameter differs in some version, is asked of by a row, or is none that the guide has', () => {
  const asked = new Set(requirements.flatMap(({ parameters = [] }) => parameters))
  const paths = Object.entries(versions['2.0.0']!.parameters).flatMap(([group, values]) =>
    Object.keys(values).map((name) => [group, name] as const),
  )
  const idle = paths.filter(([group, name]) => {
    const values = parameter(
      (all) => (all as unknown as Record<string, Record<string, unknown>>)[group]?.[name],
    )
    const differs = new Set(values.map((value) => JSON.stringify(value))).size > 1
    return !differs && !asked.has(`${group}.${name}`)
  })
  // RFC 9207 is in no version yet.
  expect(idle).toEqual([['authorize', 'issuerInResponse']])
})
