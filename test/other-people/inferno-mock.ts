/** What Inferno's UDAP Security Test Kit 0.12 answers as a server: the simulated one of its client suite. */
import { createHash, createPrivateKey, createPublicKey, randomBytes, X509Certificate } from 'node:crypto'
import { exportJWK } from 'jose'
import type { Bed } from '../../actors/fixture-bed.ts'
import { keyFor, signJwt } from '../../actors/fixture-keys.ts'
import { isSignedBy } from '../../actors/jws.ts'
import { issueCertificate, issueRoot } from '../../certs/issue.ts'
import { profile } from '../../certs/profile.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'

/** Of its stock certificate: neither it nor the address of the CRL in it is there. */
const STOCK_SAN = 'https://inferno.com/udap_security_test_kit/ac'
const STOCK_CRL = 'https://inferno.localhost/mock_crl_endpoint.crl'
const HEADERS = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'access-control-allow-origin': '*',
  'content-type': 'application/json',
}

export interface InfernoMock {
  /** {its base}/fhir */
  fhir: string
  /** Base64 DER of its one CA, which issued its certificate directly. */
  root: string
  /** What its tests would report of the requests. */
  errors: string[]
}

const base64url = (value: string | Buffer) => Buffer.from(value).toString('base64url')
const nowS = () => Math.floor(Date.now() / 1000)

export async function startInfernoMock(bed: Bed): Promise<InfernoMock> {
  const key = await keyFor('inferno stock')
  const rootKey = createPrivateKey(await keyFor('inferno root'))
  const root = await issueRoot(profile('root'), rootKey, 'Inferno-UDAP-Root-CA', new Date())
  const leaf = await issueCertificate({
    profile: { ...profile('leaf'), authorityInfoAccess: [], extendedKeyUsage: ['serverAuth', 'clientAuth'] },
    subject: {
      publicKey: createPublicKey(key),
      commonName: 'UDAP Example Test Client',
      names: { uri: [STOCK_SAN] },
    },
    issuer: { certificate: root, key: rootKey, urls: { crl: STOCK_CRL } },
    at: new Date(),
  })
  const errors: string[] = []
  const check = (good: unknown, error: string) => void (good || errors.push(error))
  let base = ''
  let statement = ''
  const asked = new Map<string, URLSearchParams>()

  const endpoints = () => ({
    token_endpoint: `${base}/auth/token`,
    authorization_endpoint: `${base}/auth/authorization`,
    registration_endpoint: `${base}/auth/register`,
  })

  function checkTimes({ iat, exp }: JsonObject): void {
    check(typeof iat === 'number' && typeof exp === 'number', 'iat and exp are numbers')
    check(Number(exp) > Number(iat) && Number(exp) <= Number(iat) + 300, 'exp within five minutes')
    check(Number(iat) <= nowS() && Number(exp) > nowS(), 'iat not in the future, exp not in the past')
  }

  function checkStatement(claims: JsonObject): void {
    check(claims.aud === endpoints().registration_endpoint, 'aud is the registration endpoint')
    check(claims.iss === claims.sub, 'iss is sub')
    checkTimes(claims)
    check(claims.jti && claims.client_name && claims.scope, 'jti, client_name, scope')
    check(
      (claims.contacts as string[]).some((one) => one.startsWith('mailto:')),
      'a mailto contact',
    )
    check(claims.token_endpoint_auth_method === 'private_key_jwt', 'private_key_jwt')
    const grants = claims.grant_types as string[]
    const isCode = grants.includes('authorization_code')
    check(isCode !== grants.includes('client_credentials'), 'one of the two grants')
    if (isCode) {
      const uris = claims.redirect_uris as string[]
      check(
        uris.every((uri) => uri.startsWith('https:')),
        'redirect_uris are https',
      )
      const logo = String(claims.logo_uri)
      check(/^https:.*\.(gif|jpg|jpeg|png)$/i.test(logo), 'logo_uri is https and ends as an image')
      check(JSON.stringify(claims.response_types) === '["code"]', 'response_types is [code]')
    } else {
      check(claims.redirect_uris === undefined, 'no redirect_uris')
      check(claims.response_types === undefined, 'no response_types')
    }
  }

  /** Whoever did not sign with the certificate of the registration is refused. */
  async function whyNot(assertion: string): Promise<string | undefined> {
    const { header } = decodeJwt(assertion)!
    const [der] = header.x5c as string[]
    const { publicKey } = new X509Certificate(Buffer.from(der!, 'base64'))
    if (!(await isSignedBy(assertion, publicKey, [String(header.alg)])))
      return 'Signature verification failed'
    const registered = (decodeJwt(statement)?.header.x5c as string[] | undefined)?.[0]
    return der === registered ? undefined : 'signing cert does not match registration cert'
  }

  const tokens = (clientId: string) => ({
    access_token: base64url(
      JSON.stringify({
        client_id: clientId,
        expiration: nowS() + 3600,
        nonce: randomBytes(8).toString('hex'),
      }),
    ),
    token_type: 'Bearer',
    expires_in: 3600,
  })

  const origin = await bed.serve('inferno', (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    const at = (path: string) => `/custom/udap_security_client${path}`
    app.get(at('/fhir/.well-known/udap'), async (_request, reply) => {
      const own = { iss: `${base}/fhir`, sub: `${base}/fhir`, iat: nowS(), exp: nowS() + 300 }
      const claims = { ...own, jti: randomBytes(32).toString('hex'), ...endpoints() }
      return reply.headers(HEADERS).send(
        JSON.stringify({
          udap_versions_supported: ['1'],
          udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
          udap_authorization_extensions_supported: ['hl7-b2b'],
          udap_authorization_extensions_required: [],
          udap_certifications_supported: [],
          udap_certifications_required: [],
          grant_types_supported: ['authorization_code', 'client_credentials'],
          scopes_supported: ['openid', 'system/*.read', 'user/*.read', 'patient/*.read'],
          ...endpoints(),
          registration_endpoint_jwt_signing_alg_values_supported: ['RS256', 'RS384', 'ES384'],
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'ES384'],
          signed_metadata: await signJwt(key, { x5c: [leaf.toString('base64')] }, claims),
        }),
      )
    })
    app.get(at('/fhir/.well-known/openid-configuration'), async () => ({
      issuer: `${base}/fhir`,
      ...endpoints(),
      jwks_uri: `${base}/fhir/.well-known/jwks.json`,
      response_types_supported: ['code', 'id_token', 'token id_token'],
      subject_types_supported: ['pairwise', 'public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }))
    app.get(at('/fhir/.well-known/jwks.json'), async () => ({
      keys: [{ ...(await exportJWK(createPublicKey(key))), kid: 'k1', alg: 'RS256', key_ops: ['verify'] }],
    }))
    app.post(at('/auth/register'), async (request, reply) => {
      const body = JSON.parse(String(request.body)) as JsonObject
      check(body.udap === '1', 'udap is 1')
      statement = String(body.software_statement)
      const { iss, sub: _, exp: __, iat: ___, jti: ____, ...claims } = decodeJwt(statement)!.claims
      checkStatement(decodeJwt(statement)!.claims)
      const answer = { client_id: base64url(String(iss)), software_statement: statement, ...claims }
      return reply.code(201).headers(HEADERS).send(JSON.stringify(answer))
    })
    app.get(at('/auth/authorization'), async (request, reply) => {
      const parameters = new URLSearchParams(request.url.split('?')[1])
      check(parameters.get('response_type') === 'code', 'response_type is code')
      const code = tokens(parameters.get('client_id') ?? '').access_token
      asked.set(code, parameters)
      const query = new URLSearchParams({ code, state: parameters.get('state') ?? '' })
      return reply.redirect(`${parameters.get('redirect_uri')}?${query}`, 302)
    })
    app.post(at('/auth/token'), async (request, reply) => {
      const form = new URLSearchParams(String(request.body))
      const assertion = form.get('client_assertion') ?? ''
      const why = await whyNot(assertion)
      if (why)
        return reply
          .code(401)
          .headers(HEADERS)
          .send(JSON.stringify({ error: 'invalid_client', error_description: why }))
      const { claims } = decodeJwt(assertion)!
      const clientId = base64url(String(decodeJwt(statement)!.claims.iss))
      check(claims.iss === clientId && claims.sub === clientId, 'iss and sub are the client_id')
      check(claims.aud === endpoints().token_endpoint, 'aud is the token endpoint')
      checkTimes(claims)
      check(form.get('udap') === '1', 'udap is 1')
      if (form.get('grant_type') === 'client_credentials') {
        const b2b = (claims.extensions as JsonObject | undefined)?.['hl7-b2b'] as JsonObject | undefined
        check(b2b?.version === '1' && b2b.organization_id && b2b.purpose_of_use, 'hl7-b2b is complete')
        return reply.headers(HEADERS).send(JSON.stringify(tokens(clientId)))
      }
      const before = asked.get(form.get('code') ?? '')
      check(before && form.get('redirect_uri') === before.get('redirect_uri'), 'redirect_uri is the same')
      const verifier = form.get('code_verifier')
      const challenge = verifier && createHash('sha256').update(verifier).digest('base64url')
      check(!verifier || challenge === before?.get('code_challenge'), 'code_verifier fits')
      return reply
        .headers(HEADERS)
        .send(JSON.stringify({ ...(await context(clientId)), ...tokens(clientId) }))
    })
    app.get(at('/fhir/:type/:id'), async (request, reply) => {
      const { type, id } = request.params as { type: string; id: string }
      check(/^Bearer ./.test(request.headers.authorization ?? ''), 'the token is used')
      return reply.type('application/fhir+json').send(JSON.stringify({ resourceType: type, id }))
    })
  })
  base = `${origin}/custom/udap_security_client`

  /** As registered; its ID token has neither x5c nor the nonce, and lives for a year. */
  async function context(clientId: string): Promise<object> {
    const scopes = String(decodeJwt(statement)!.claims.scope).split(' ')
    const claims = {
      iss: `${base}/fhir`,
      sub: 'patient-p1',
      aud: clientId,
      exp: nowS() + 31_536_000,
      iat: nowS(),
    }
    return {
      patient: 'p1',
      ...(scopes.includes('offline_access') && { refresh_token: 'a code_rt' }),
      ...(scopes.includes('openid') && { id_token: await signJwt(key, { kid: 'k1', typ: 'JWT' }, claims) }),
    }
  }

  return { fhir: `${base}/fhir`, root: root.toString('base64'), errors }
}
