/** The client that every server is measured with: presigned client assertions over connections that stay open. */
import { createPrivateKey, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { Pool } from 'undici'
import { JWT_BEARER } from '../wire/oauth.ts'
import type { Target } from './target.ts'

const CONNECTIONS = 16

/** Bodies of as many token requests, all different; signed before the clock runs. */
export async function presign(
  { tokenEndpoint, clientId, key, x5c }: Target,
  count: number,
): Promise<string[]> {
  const signingKey = createPrivateKey(key)
  const iat = Math.floor(Date.now() / 1000)
  const extensions = {
    'hl7-b2b': {
      version: '1',
      organization_id: 'https://payer.example/organization',
      purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#HPAYMT'],
    },
  }
  const body = async () => {
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: tokenEndpoint,
      iat,
      exp: iat + 300,
      jti: randomUUID(),
      extensions,
    }
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', x5c }).sign(signingKey)
    return new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_assertion_type: JWT_BEARER,
      client_assertion: assertion,
      udap: '1',
    }).toString()
  }
  return Promise.all(Array.from({ length: count }, body))
}

export interface Client {
  /** Sends the bodies, 16 at a time. Tokens per second. */
  run(bodies: string[]): Promise<number>
  close(): Promise<void>
}

export function openClient({ tokenEndpoint }: Target): Client {
  const { origin, pathname } = new URL(tokenEndpoint)
  // Node does not resolve *.localhost.
  const pool = new Pool(origin.replace(/\/\/[^/:]*localhost/, '//127.0.0.1'), { connections: CONNECTIONS })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  async function ask(body: string): Promise<void> {
    const answer = await pool.request({ method: 'POST', path: pathname, headers, body })
    const text = await answer.body.text()
    // Every answer is read: a server that refuses quickly must not win.
    const { access_token: token } = JSON.parse(text) as { access_token?: string }
    if (token?.split('.').length !== 3)
      throw new Error(`${tokenEndpoint} answered ${answer.statusCode}: ${text}`)
  }
  return {
    async run(bodies) {
      const began = performance.now()
      let next = 0
      const worker = async () => {
        while (next < bodies.length) await ask(bodies[next++]!)
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, worker))
      return (bodies.length / (performance.now() - began)) * 1000
    },
    close: () => pool.close(),
  }
}
