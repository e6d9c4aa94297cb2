/** oidc-provider: private_key_jwt, client credentials, RS256 JWT access tokens, everything in memory. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK } from 'jose'
import Provider from 'oidc-provider'
import { CLIENT_URI } from '../../actors/authorization-server/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { startCommunity } from '../../actors/fixture-community.ts'
import { generateKey } from '../../certs/keys.ts'
import { ready } from '../target.ts'

const { key, chain } = await (await startCommunity(new Bed('in-process'))).issue([CLIENT_URI])
const resource = 'https://fhir.localhost/fhir'
const scope = 'system/Patient.rs'
const server = createServer()
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const provider = new Provider(url, {
  clients: [
    {
      client_id: 'client',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      scope,
      jwks: { keys: [await exportJWK(createPublicKey(key))] },
    },
  ],
  clientAuthMethods: ['private_key_jwt'],
  jwks: {
    keys: [
      { ...(await exportJWK(createPrivateKey(await generateKey('rsa-2048')))), alg: 'RS256', use: 'sig' },
    ],
  },
  scopes: [scope],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({
        scope,
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
})
server.on('request', provider.callback())
ready({ tokenEndpoint: `${url}/token`, clientId: 'client', key, x5c: chain })
