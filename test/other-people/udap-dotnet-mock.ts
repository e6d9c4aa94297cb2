/** What udap-dotnet 0.8 (Udap.Server on Duende IdentityServer) answers: as authorization server of a FHIR server, and as identity provider. */
import { createHash, createPublicKey, randomUUID, X509Certificate } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { compactVerify, exportJWK } from 'jose'
import type { CallResponse } from '../../actors/call.ts'
import type { Bed } from '../../actors/fixture-bed.ts'
import type { Community } from '../../actors/fixture-community.ts'
import { keyFor, signJwt } from '../../actors/fixture-keys.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { nowS, uniqueId } from './udap-dotnet.ts'

const CONNECT = {
  'content-type': 'application/json',
  'cache-control': 'no-store, no-cache, max-age=0',
  pragma: 'no-cache',
}
const IMAGES = ['image/png', 'image/jpeg', 'image/gif']

export interface DotnetMock {
  url: string
  /** Software statements that it granted. */
  statements: string[]
}

export async function startUdapDotnet(bed: Bed, community: Community): Promise<DotnetMock> {
  const key = await keyFor('signing key of Duende')
  const clients = new Map<string, { id: string; claims: JsonObject }>()
  const codes = new Map<string, URLSearchParams>()
  const statements: string[] = []
  let url = ''

  const endpoints = () => ({
    authorization_endpoint: `${url}/connect/authorize`,
    token_endpoint: `${url}/connect/token`,
    registration_endpoint: `${url}/connect/register`,
  })

  /** Its certificate alone is in x5c, for a minute. Members without a value are null. */
  async function metadata(): Promise<object> {
    const iat = nowS()
    const claims = { iss: url, sub: url, iat, exp: iat + 60, jti: uniqueId(), ...endpoints() }
    const algorithms = ['RS256', 'RS384', 'ES256', 'ES384']
    return {
      udap_versions_supported: ['1'],
      udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz', 'udap_to'],
      udap_authorization_extensions_supported: ['hl7-b2b', 'hl7-b2b-user', 'tefca-ias'],
      udap_authorization_extensions_required: ['hl7-b2b'],
      udap_certifications_supported: [],
      udap_certifications_required: null,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes_supported: ['openid', 'udap', 'system/*.read', 'system/*.rs', 'patient/*.rs'],
      ...endpoints(),
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: algorithms,
      registration_endpoint_jwt_signing_alg_values_supported: algorithms,
      signed_metadata: await signJwt(credential.key, { x5c: [credential.chain[0]] }, claims),
    }
  }

  const refused = (reply: FastifyReply, error: string, error_description: string) =>
    reply.code(400).headers(CONNECT).send(JSON.stringify({ error, error_description }))

  /** The claims of the statement come back, those of the JWT among them; an empty list does not. */
  async function register(body: JsonObject, reply: FastifyReply) {
    const statement = String(body.software_statement)
    const { claims, header } = decodeJwt(statement)!
    const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
    await compactVerify(statement, leaf.publicKey)
    const iss = String(claims.iss)
    const grants = claims.grant_types as string[]
    if (grants.length === 0) {
      if (!clients.delete(iss)) return reply.code(400).send('')
      const { grant_types: _, ...others } = claims
      return reply
        .code(200)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify({ client_id: 'removed', software_statement: statement, ...others }))
    }
    if (grants.includes('authorization_code')) {
      const logo = await logoOf(String(claims.logo_uri))
      if (logo.status !== 200) return refused(reply, 'invalid_client_metadata', 'Logo_uri cannot be resolved')
      if (!IMAGES.includes(String(logo.headers['content-type'])))
        return refused(reply, 'invalid_client_metadata', 'Logo_uri has the wrong content type')
    }
    const status = clients.has(iss) ? 200 : 201
    const id = clients.get(iss)?.id ?? randomUUID()
    clients.set(iss, { id, claims })
    statements.push(statement)
    return reply
      .code(status)
      .type('application/json')
      .send(JSON.stringify({ client_id: id, software_statement: statement, ...claims }))
  }

  /** Over TLS, as any HttpClient. */
  const logoOf = (logo: string): Promise<CallResponse> => bed.call({ url: logo })

  async function token(form: URLSearchParams, reply: FastifyReply) {
    const { claims } = decodeJwt(form.get('client_assertion') ?? '')!
    const client = [...clients.values()].find(({ id }) => id === claims.iss)
    if (!client || claims.aud !== endpoints().token_endpoint)
      return refused(reply, 'invalid_client', 'Client assertion JWT validation failed')
    const asked = codes.get(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (form.has('code') && asked?.get('code_challenge') !== challenge)
      return reply
        .code(400)
        .headers(CONNECT)
        .send(JSON.stringify({ error: 'invalid_grant' }))
    const b2b = (claims.extensions as JsonObject | undefined)?.['hl7-b2b']
    if (!form.has('code') && !b2b)
      return refused(reply, 'invalid_grant', 'Required authorization extension(s) missing: hl7-b2b')
    const scope = asked?.get('scope') ?? form.get('scope') ?? String(client.claims.scope)
    const iat = nowS()
    const id_token = {
      ...{
        iss: url,
        nbf: iat,
        iat,
        exp: iat + 300,
        aud: client.id,
        amr: ['pwd'],
        sub: 'ana',
        auth_time: iat,
        idp: 'local',
      },
      ...(asked?.has('nonce') && { nonce: asked.get('nonce') }),
    }
    const answer = {
      ...(scope.split(' ').includes('openid') && {
        id_token: await signJwt(key, { kid: 'k1', typ: 'JWT' }, id_token),
      }),
      access_token: randomUUID(),
      expires_in: 3600,
      token_type: 'Bearer',
      scope,
    }
    return reply.headers(CONNECT).send(JSON.stringify(answer))
  }

  url = await bed.serve('dotnet', (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    app.get('/.well-known/udap', metadata)
    app.get('/.well-known/openid-configuration', async () => ({
      issuer: url,
      jwks_uri: `${url}/.well-known/openid-configuration/jwks`,
      ...endpoints(),
    }))
    app.get('/.well-known/openid-configuration/jwks', async () => ({
      keys: [{ ...(await exportJWK(createPublicKey(key))), kid: 'k1', use: 'sig', alg: 'RS256' }],
    }))
    app.post('/connect/register', async (request, reply) => {
      // Media type first: without a body.
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return reply.code(415).send('')
      return register(JSON.parse(String(request.body)) as JsonObject, reply)
    })
    app.get('/connect/authorize', async (request, reply) => {
      const asked = new URLSearchParams(request.url.split('?')[1])
      const back = (answer: Record<string, string>) => {
        const query = new URLSearchParams({ ...answer, state: asked.get('state') ?? '' })
        return reply.redirect(`${asked.get('redirect_uri')}?${query}`, 302)
      }
      if (!asked.has('state') || !asked.has('code_challenge'))
        return back({ error: 'invalid_request', error_description: 'Missing state' })
      const code = `${uniqueId()}-1`
      codes.set(code, asked)
      return back({ code, scope: asked.get('scope') ?? '', session_state: uniqueId(), iss: url })
    })
    app.post('/connect/token', async (request, reply) =>
      token(new URLSearchParams(String(request.body)), reply),
    )
  })
  const credential = await community.issue([url], 'udap-dotnet')
  return { url, statements }
}
