/** For tests: the messages of all flows in order, any of which may be missing, or hold something else. */
import fc from 'fast-check'
import type { JsonObject } from '../../wire/json.ts'
import { type HopSketch, nowS } from './fixture.ts'
import { app, ca, flow, formOf, good, header, holder, idp, jwtOf, leaf, members } from './fixture-junk.ts'

type Body = fc.Arbitrary<JsonObject>
const fixed = (body: JsonObject): Body => fc.constant(body)
/** Anything may be another thing, but in most messages nothing is. */
const seldom: Body = fc.oneof({ weight: 2, arbitrary: fixed({}) }, members)

/** A JWT of which single claims and headers may be others. */
const jwtWith = (base: JsonObject) =>
  fc
    .tuple(header, seldom)
    .map(([head, over]) =>
      jwtOf(head, { iss: app, sub: app, iat: nowS, exp: nowS + 200, jti: 'j-1', ...base, ...over }),
    )

interface Scene {
  from: string
  to: string
  url: string
  asked: Body
  told: Body
  as?: 'form' | 'query'
  status?: number
  location?: string
}

const programme = 'https://programme.example/privacy'
const endpointsOf = (url: string) => ({
  authorization_endpoint: `${url}/authorization`,
  token_endpoint: `${url}/token`,
  registration_endpoint: `${url}/registration`,
})
const metadata = (from: string, to: string, base: string, url: string): Scene => ({
  from,
  to,
  url: `${base}/.well-known/udap`,
  as: 'query',
  asked: fixed({ community: 'north' }),
  told: jwtWith({ iss: base, sub: base, ...endpointsOf(url) }).map((signed_metadata) => ({
    ...endpointsOf(url),
    udap_versions_supported: ['1'],
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_to'],
    udap_authorization_extensions_supported: ['hl7-b2b'],
    udap_certifications_supported: [programme],
    udap_certifications_required: [programme],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    scopes_supported: ['openid', 'udap', 'system/*.rs'],
    signed_metadata,
  })),
})

const statement = { ...good, logo_uri: `${app}/logo.png`, contacts: ['mailto:a@b.example'] }
const registration = (from: string, to: string, url: string, over: JsonObject, told: JsonObject): Scene => ({
  from,
  to,
  url: `${url}/registration`,
  asked: fc
    .tuple(
      jwtWith({ ...statement, aud: `${url}/registration`, ...over }),
      jwtWith({ certification_uris: [programme] }),
    )
    .map(([software_statement, one]) => ({ udap: '1', software_statement, certifications: [one] })),
  told: fixed(told),
  status: told.error === undefined ? 201 : 400,
})

const back = { code: 'c-1', state: 's-1' }
const toProvider: JsonObject = { ...flow, redirect_uri: `${holder}/callback`, nonce: 'n-1' }
const browser = (to: string, url: string, asked: JsonObject, location?: string): Scene => ({
  from: 'ana',
  to,
  url,
  as: 'query',
  asked: fixed(asked),
  told: fixed({}),
  ...(location !== undefined && { status: 302, location }),
})

const object = {
  version: '1',
  subject_name: 'Ana',
  organization_id: `${app}/organization`,
  purpose_of_use: ['TREAT'],
  consent_policy: ['urn:oid:1.2'],
  consent_reference: [`${app}/organization`],
}
const granted = jwtWith({ iss: idp, aud: 'c-1', nonce: 'n-1' }).map((id_token) => ({
  access_token: 't-1',
  refresh_token: 'r-1',
  token_type: 'Bearer',
  expires_in: 300,
  scope: 'system/*.rs',
  id_token,
}))
const token = (from: string, to: string, url: string, grant: JsonObject, error?: string): Scene => ({
  from,
  to,
  url: `${url}/token`,
  as: 'form',
  asked: jwtWith({ iss: 'c-1', sub: 'c-1', aud: `${url}/token`, extensions: { 'hl7-b2b': object } }).map(
    (client_assertion) => ({
      udap: '1',
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      ...grant,
    }),
  ),
  told: error === undefined ? granted : fixed({ error }),
  ...(error !== undefined && { status: 400 }),
})

const fetch = (from: string, to: string, url: string, told: JsonObject, form?: JsonObject): Scene => ({
  from,
  to,
  url,
  asked: fixed(form ?? {}),
  told: fixed(told),
  as: form ? 'form' : 'query',
})

const code = { grant_type: 'authorization_code', code: 'c-1' }
const scenes: Scene[] = [
  metadata('app', 'holder', `${holder}/fhir`, holder),
  fetch('app', 'holder', `${holder}/fhir/.well-known/smart-configuration`, endpointsOf(app)),
  registration('app', 'holder', holder, {}, { client_id: 'c-1', ...statement }),
  registration(
    'app',
    'holder',
    holder,
    { client_name: 'Other', jti: 'j-2' },
    { client_id: 'c-1', ...statement },
  ),
  registration('app', 'holder', holder, { grant_types: [] }, { client_id: 'c-1', grant_types: [] }),
  registration('app', 'holder', holder, {}, { error: 'unapproved_software_statement' }),
  browser('holder', `${holder}/authorization`, flow, `${app}/callback?${formOf(back)}`),
  browser('app', `${app}/callback`, back),
  browser('holder', `${holder}/authorization`, flow, `${idp}/authorization?${formOf(toProvider)}`),
  metadata('holder', 'idp', idp, idp),
  registration('holder', 'idp', idp, {}, { client_id: 'c-1' }),
  browser('idp', `${idp}/authorization`, toProvider, `${holder}/callback?${formOf(back)}`),
  browser('holder', `${holder}/callback`, back, `${app}/callback?${formOf(back)}`),
  token('holder', 'idp', idp, code),
  fetch('holder', 'idp', `${idp}/userinfo`, { iss: idp, sub: 'ana' }),
  token('app', 'holder', holder, { ...code, code_verifier: 'v' }),
  token('app', 'holder', holder, { grant_type: 'refresh_token', refresh_token: 'r-1' }),
  token('app', 'holder', holder, { grant_type: 'client_credentials', scope: 'system/*.rs' }),
  token('app', 'holder', holder, { grant_type: 'client_credentials' }, 'invalid_grant'),
  token('app', 'holder', holder, { ...code, code_verifier: 'v' }, 'invalid_grant'),
  fetch('holder', 'app', `${app}/organization`, { resourceType: 'Consent' }),
  fetch('app', 'holder', `${holder}/fhir/Patient`, { resourceType: 'Bundle' }),
  fetch('fhir', 'holder', `${holder}/introspection`, { active: true }, { token: 't-1' }),
  fetch('app', 'holder', `${holder}/revocation`, {}, { token: 't-1' }),
  fetch('holder', 'app', `${app}/jwks`, { keys: [{ kid: 'k', kty: 'EC', x5c: [leaf.base64] }] }),
  fetch('holder', 'ca', `${ca}/root.cer`, {}),
]

const played = ({ from, to, url, as, status = 200, location, ...scene }: Scene): fc.Arbitrary<HopSketch> =>
  fc
    .record({
      asked: fc.tuple(scene.asked, seldom).map(([body, over]) => ({ ...body, ...over })),
      told: fc.tuple(scene.told, seldom).map(([body, over]) => ({ ...body, ...over })),
      answer: fc.oneof(
        { weight: 4, arbitrary: fc.constant(status) },
        fc.constantFrom(200, 400, 401, 404, 500),
      ),
      isFaulty: fc.boolean(),
    })
    .map(({ asked, told, answer, isFaulty }) => ({
      from,
      to,
      url: as === 'query' && Object.keys(asked).length > 0 ? `${url}?${formOf(asked)}` : url,
      headers: {
        authorization: 'Bearer t-1',
        ...(as === 'form' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(as !== 'query' && { body: as === 'form' ? formOf(asked) : asked }),
      response: { status: answer, ...(location !== undefined && { headers: { location } }), body: told },
      ...(isFaulty && { faults: { server: ['any/fault'] } }),
    }))

/** Some of them, in order. */
export const story = fc
  .subarray(scenes, { minLength: 1 })
  .chain((some) => fc.tuple(...some.map((scene) => played(scene))))
