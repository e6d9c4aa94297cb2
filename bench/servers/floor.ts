/** What one token costs at least: bare Fastify, one verification, one RS256 signature, nothing checked. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import Fastify from 'fastify'
import { compactVerify, SignJWT } from 'jose'
import { CLIENT_URI } from '../../actors/authorization-server/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { startCommunity } from '../../actors/fixture-community.ts'
import { generateKey } from '../../certs/keys.ts'
import { ready } from '../target.ts'

const { key, chain } = await (await startCommunity(new Bed('in-process'))).issue([CLIENT_URI])
const clientKey = createPublicKey(key)
const serverKey = createPrivateKey(await generateKey('rsa-2048'))
const app = Fastify()
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, new URLSearchParams(body as string)),
)
app.post('/token', async (request, reply) => {
  const form = request.body as URLSearchParams
  const { payload } = await compactVerify(form.get('client_assertion') ?? '', clientKey, {
    algorithms: ['RS256'],
  })
  const { iss, iat } = JSON.parse(Buffer.from(payload).toString()) as { iss: string; iat: number }
  const claims = { sub: iss, iat, exp: iat + 300, scope: form.get('scope') }
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(serverKey)
  return reply.send({ access_token: token, token_type: 'Bearer', expires_in: 300 })
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })
ready({ tokenEndpoint: `${url}/token`, clientId: 'client', key, x5c: chain })
