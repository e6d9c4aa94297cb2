import { sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Artifact, Fault } from '../actors/make.ts'
import { actorOf, kinds } from '../actors/registry.ts'
import { authority, leafOf, Web } from '../certs/fixture-pki.ts'
import { decodeForm } from '../wire/form.ts'
import { isObject } from '../wire/json.ts'
import { decodeJwt } from '../wire/jwt.ts'
import { parseJson } from '../wire/parse.ts'

const nowS = 1_800_000_000
const web = new Web()
const signer = await leafOf(await authority(web, 'root', { key: 'rsa-2048' }), { key: 'rsa-2048' })
const jwt = (claims: object, header: object = {}) => ({
  header: { alg: 'RS256', x5c: [signer.base64, 'MIIB'], ...header },
  claims: { iat: nowS, exp: nowS + 300, jti: 'j', ...claims },
})
const softwareStatement = jwt({
  iss: 'https://app.example',
  sub: 'https://app.example',
  aud: 'https://as.example/register',
  client_name: 'A backend',
  contacts: ['mailto:operator@example.com'],
  grant_types: ['authorization_code'],
  redirect_uris: ['https://app.example/back'],
  response_types: ['code id_token'],
  logo_uri: 'https://app.example/logo.png',
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'openid udap system/Patient.rs patient/Patient.rs',
  jku: 'https://app.example/jwks.json',
})
const certification = jwt({
  iss: 'https://certifier.example',
  sub: 'https://app.example',
  grant_types: ['client_credentials'],
  certification_name: 'Example certification',
  certification_uris: ['https://community.example/certification'],
  example_claim: 'of the programme',
})
const clientAssertion = jwt({
  iss: 'client',
  sub: 'client',
  aud: 'https://as.example/token',
  extensions: {
    'hl7-b2b': {
      version: '1',
      organization_id: 'urn:example:organization',
      purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#TREAT'],
    },
  },
})
const extensionObject = {
  version: '1',
  subject_name: 'Ada Rivera',
  subject_id: '1234567893',
  subject_role: '207R00000X',
  organization_id: 'https://payer.example/organization',
  purpose_of_use: ['TREAT'],
  consent_policy: ['urn:oid:1.2.3.4'],
  consent_reference: ['https://payer.example/fhir/Consent/1'],
}
const consent = {
  resourceType: 'Consent',
  sourceAttachment: { contentType: 'text/plain', url: 'https://payer.example/consent.txt' },
}
const endpoints = {
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://as.example/token',
  registration_endpoint: 'https://as.example/register',
}
const signedMetadata = jwt({ iss: 'https://fhir.example', sub: 'https://fhir.example', ...endpoints })
const metadata = {
  udap_versions_supported: ['1'],
  udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz', 'udap_to'],
  udap_authorization_extensions_supported: ['hl7-b2b'],
  udap_authorization_extensions_required: ['hl7-b2b'],
  udap_certifications_supported: [],
  udap_certifications_required: ['https://community.example/programme'],
  grant_types_supported: ['client_credentials', 'authorization_code'],
  scopes_supported: ['openid', 'udap', 'system/Patient.rs'],
  ...endpoints,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['RS256'],
  registration_endpoint_jwt_signing_alg_values_supported: ['RS256'],
  signed_metadata: 'a.b.c',
}
const authorizationRequest = {
  response_type: 'code',
  client_id: 'client',
  redirect_uri: 'https://app.example/callback',
  scope: 'openid udap patient/Patient.rs',
  state: 's',
  code_challenge: 'c',
  code_challenge_method: 'S256',
  nonce: 'n',
  idp: 'https://idp.example',
}
const tokenRequest = {
  grant_type: 'client_credentials',
  scope: 'system/Patient.rs',
  code: 'c',
  redirect_uri: 'https://app.example/callback',
  code_verifier: 'v',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: 'a.b.c',
  udap: '1',
}
const registrationRequest = { software_statement: 'a.b.c', certifications: ['a.b.c'], udap: '1' }
const smartConfiguration = {
  ...endpoints,
  code_challenge_methods_supported: ['S256'],
  capabilities: ['launch-standalone'],
}
const idToken = jwt(
  {
    iss: 'https://idp.example',
    sub: 'a-person',
    aud: 'client',
    nonce: 'n',
    acr: 'http://udap.org/ial2',
    amr: ['http://udap.org/aal2'],
    at_hash: 'aaaa',
  },
  { kid: 'k' },
)
const accessToken = jwt(
  { iss: 'https://as.example', aud: 'https://fhir.example', scope: 'system/Patient.rs' },
  { typ: 'at+jwt', kid: 'k', x5c: undefined },
)

/** A code, or an error: each fault spoils what it finds. */
const authorizationResponse = { code: 'c', error: 'invalid_request', state: 's', iss: 'https://as.example' }

/** What actors build when no fault is armed: as a draft, and as encoded where a fault works on that. */
const samples: Record<Fault['on'], Partial<Record<Artifact, unknown>>> = {
  draft: {
    'metadata-request': { community: 'urn:example:north' },
    'metadata-response': { status: 200, community: 'urn:example:north' },
    metadata,
    'signed-metadata': signedMetadata,
    'software-statement': softwareStatement,
    certification,
    'registration-request': registrationRequest,
    logo: { type: 'image/png', body: 'iVBORw0KGgo=' },
    'registration-response': {
      client_id: 'client',
      software_statement: 'aaaa.bbbb.cccc',
      client_name: 'A backend',
      grant_types: [],
      scope: 'system/Patient.rs',
      certifications: ['aaaa.bbbb.cccc'],
      error: 'unapproved_software_statement',
    },
    'client-assertion': clientAssertion,
    'extension-object': extensionObject,
    'further-objects': { 'example-case': { version: '1' } },
    consent,
    'authorization-request': authorizationRequest,
    'token-request': tokenRequest,
    'token-response': {
      access_token: 'a.b.c',
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'patient/Patient.rs',
      refresh_token: 'a refresh token',
      id_token: 'a.b.c',
      patient: 'p1',
    },
    jwks: { keys: [{ kty: 'EC', kid: 'k', x5c: ['MIIB', 'MIIC'] }] },
    'token-answer': {
      status: 404,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        pragma: 'no-cache',
        'www-authenticate': 'Basic',
      },
      body: { error: 'invalid_grant' },
    },
    'introspection-response': { active: false },
    'revocation-response': { status: 200, headers: {}, body: '' },
    'access-token': accessToken,
    'id-token': idToken,
    'userinfo-response': { iss: 'https://idp.example', sub: 'a-person', name: 'A person' },
    'openid-configuration': { issuer: 'https://idp.example', jwks_uri: 'https://idp.example/jwks' },
    'authorization-response': authorizationResponse,
    'fhir-request': {
      url: 'https://fhir.example/Patient/p1',
      headers: { authorization: 'Bearer a.b.c', accept: 'application/fhir+json' },
    },
    'fhir-response': {
      status: 401,
      headers: {
        'content-type': 'application/fhir+json',
        'www-authenticate': 'Bearer realm="FHIR", error="invalid_token", error_description="expired"',
      },
      body: { resourceType: 'OperationOutcome' },
    },
    'smart-configuration': smartConfiguration,
    crl: {
      signer: 'issuer',
      number: 1,
      thisUpdate: '2027-01-15T08:00:00.000Z',
      nextUpdate: '2027-01-16T08:00:00.000Z',
      revoked: {},
    },
    'ocsp-response': {
      responseStatus: 'successful',
      signer: 'issuer',
      answers: [{ serial: '0A', status: 'good', thisUpdate: '2027-01-15T08:00:00.000Z' }],
    },
    'issuer-certificate': { of: 'issuer' },
    transport: { answers: 'at once', sends: 'all' },
  },
  encoded: {
    metadata: JSON.stringify(metadata),
    'signed-metadata': signed(signedMetadata),
    'software-statement': signed(softwareStatement),
    certification: signed(certification),
    'registration-request': JSON.stringify(registrationRequest),
    'registration-response': {
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: '{"error":"invalid_client_metadata"}',
    },
    'client-assertion': signed(clientAssertion),
    'authorization-request': `https://as.example/authorize?${new URLSearchParams(authorizationRequest)}`,
    'authorization-response': `https://app.example/callback?${new URLSearchParams(authorizationResponse)}`,
    'token-request': {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(tokenRequest).toString(),
    },
    'access-token': signed(accessToken),
    'id-token': signed(idToken),
    'smart-configuration': JSON.stringify(smartConfiguration),
    crl: { status: 200, type: 'application/pkix-crl', body: 'MAIFAA==', moreBytes: 0 },
  },
}

function signed({ header, claims }: { header: object; claims: object }): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part(header)}.${part(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), signer.key).toString('base64url')}`
}

/** What a receiver reads from the encoded form; text that cannot be read stays text. */
function read(artifact: Artifact, text: unknown): unknown {
  if (artifact === 'token-request' && isObject(text) && typeof text.body === 'string')
    return { ...text, body: parseJson(text.body) ?? decodeForm(text.body) }
  if (typeof text !== 'string') return text
  if (artifact === 'authorization-request' || artifact === 'authorization-response')
    return decodeForm(new URL(text).search)
  const jwt = decodeJwt(text)
  if (jwt) return { header: jwt.header, claims: jwt.claims, signature: jwt.signature }
  return parseJson(text) ?? text
}

/** Paths at which two values differ, for example `claims.exp`. */
function differences(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [path]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) =>
    differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
  )
}

const actors = await Promise.all(kinds.map(actorOf))
// Kinds that are made of the same parts have the same faults.
const faults = [...new Set(actors.flatMap((actor) => actor.faults))]
const rows = parse(readFileSync(new URL('../spec/requirements.yaml', import.meta.url), 'utf8')) as {
  id: string
}[]
const ids = new Set(rows.map(({ id }) => id))

/** What the guide says nothing about, or leaves open, so that there is no rule to break. */
const besideTheGuide = {
  artifacts: ['access-token', 'smart-configuration', 'userinfo-response', 'transport'],
  faults: [
    'authorization-response/wrong-iss',
    'authorization-response/no-iss',
    'fhir-request/no-token',
    'fhir-response/wrong-content-type',
    'fhir-response/no-resource-type',
    'token-response/no-patient',
    'token-response/wrong-token-type',
    'token-response/no-refresh-token',
    'token-response/wrong-patient',
  ],
}

it('finds the faults of every kind', () => {
  expect(faults.map(({ name }) => name)).toContain('software-statement/expired')
})

describe.each(faults.map((fault) => [fault.name, fault] as const))('%s', (name, fault) => {
  it('is named after its artifact, and only once in a kind', () => {
    expect(name).toMatch(new RegExp(`^${fault.artifact}/[a-z0-9-]+$`))
    for (const actor of actors) {
      expect(actor.faults.filter((other) => other.name === name).length).toBeLessThanOrEqual(1)
    }
  })

  it('changes exactly what it says, and only a copy', async () => {
    const sample = samples[fault.on][fault.artifact]
    expect(sample, `add a sample of an ${fault.on} ${fault.artifact}`).toBeDefined()
    const before = structuredClone(sample)
    const after = await fault.change(structuredClone(sample) as never, { nowS })
    expect(sample).toEqual(before)
    const seen = [before, after].map((value) => read(fault.artifact, value))
    const covered = differences(seen[0], seen[1]).map(
      (path) => fault.touches.find((one) => one === '' || path.startsWith(`${one}.`)) ?? path,
    )
    expect([...new Set(covered)].sort()).toEqual([...fault.touches].sort())
  })

  it('breaks rules, or puts them to the test, that exist', () => {
    const ruled = [...fault.breaks, ...(fault.tests ?? [])]
    const artifact = besideTheGuide.artifacts.includes(fault.artifact)
    const open = /\/(expired-within-skew|unknown-claim)$/.test(fault.name)
    if (!artifact && !open && !besideTheGuide.faults.includes(fault.name))
      expect(ruled.length).toBeGreaterThan(0)
    expect(ruled.filter((id) => !ids.has(id))).toEqual([])
  })
})

it('differences are found to the last one', () => {
  expect(differences({ a: { b: 1, c: [1] }, d: 1 }, { a: { b: 2, c: [2] }, e: 1 })).toEqual([
    'a.b',
    'a.c',
    'd',
    'e',
  ])
  expect(differences({ a: 1 }, { a: 1 })).toEqual([])
})

describe('every check that can be skipped', () => {
  it.each(actors.map((actor) => [actor.kind, actor] as const))(
    'of a %s has a name of its own and rules that exist',
    (_kind, actor) => {
      const names = actor.checks.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(actor.checks.flatMap(({ refs }) => refs).filter((id) => !ids.has(id))).toEqual([])
    },
  )
})
