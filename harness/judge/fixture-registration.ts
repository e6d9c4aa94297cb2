/** Registrations made by hand, for tests of the rules on how a server answers them. */
import type { JsonObject } from '../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS } from './fixture.ts'
import { judge } from './judge.ts'
import type { Rule } from './rule.ts'

export const good = {
  iss: 'https://app-c1.example',
  sub: 'https://app-c1.example',
  aud: endpoints.registration,
  iat: nowS - 10,
  exp: nowS + 200,
  jti: 'jti-1',
  client_name: 'A backend',
  contacts: ['mailto:operator@example.com'],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'system/Patient.rs',
}
/** Of whose certificates the stage knows the communities. */
export const issued = ['north', 'south'].map((community) => ({
  actor: 'app',
  community,
  from: community,
  serial: '0A',
  chain: [community],
}))

export interface Told {
  claims?: JsonObject
  status?: number
  body?: JsonObject
  community?: string
  request?: JsonObject
}

/** A registration; the answer repeats what was stated, under `client_id`, but for `body`. */
export function asks({
  claims = {},
  status = 201,
  body = {},
  community = 'north',
  request = {},
}: Told): HopSketch {
  const statement = { ...good, ...claims }
  const software_statement = fakeJwt(statement, { alg: 'PS256', x5c: [community] })
  const { iss, sub, aud, iat, exp, jti, ...metadata } = statement
  const answer = status < 400 ? { client_id: 'one', software_statement, ...metadata, ...body } : body
  return {
    url: endpoints.registration,
    body: { software_statement, udap: '1', ...request },
    response: { status, body: JSON.parse(JSON.stringify(answer)) },
  }
}

export function said(rule: Rule, hops: HopSketch[], spec = '2.0.0', place = 'in-process'): string {
  const run = evidence({
    steps: [{ id: 'register', hops }],
    stage: { issued },
    actors: { as: { spec, place }, app: { spec }, fhir: { spec } },
  })
  const found = judge(run, [rule]).cases[0]?.rules[0]
  const finding = found?.findings[0]
  return finding
    ? `${finding.verdict}: expected ${finding.expected}, saw ${finding.seen}`
    : (found?.verdict ?? 'untouched')
}

export const renamed = { client_name: 'Renamed', jti: 'jti-2' }
export const cancel = { grant_types: [], jti: 'jti-2' }
export const first = asks({})
