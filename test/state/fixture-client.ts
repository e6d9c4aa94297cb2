/** For tests: a client in plain code, with a certificate of a community, over real HTTPS. */
import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:https'
import { SignJWT } from 'jose'
import type { Authority } from '../../harness/pki/authority.ts'
import { issueLeaf } from '../../harness/pki/issue.ts'

export interface Client {
  uri: string
  key: KeyObject
  /** x5c. */
  chain: string[]
}

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** One certificate may name several clients (guide, Registration 3.1: each URI is one). */
export async function clientsOf(authority: Authority, ...uris: [string, ...string[]]): Promise<Client[]> {
  const leaf = await issueLeaf(authority, { uris, name: uris[0], key: 'ec-p256', profile: 'leaf' })
  const key = createPrivateKey(leaf.key)
  const chain = leaf.chain.map((one) => one.toString('base64'))
  return uris.map((uri) => ({ uri, key, chain }))
}

export class Web {
  readonly #agent: Agent

  /** @param ca PEM of the TLS root */
  constructor(ca: string) {
    this.#agent = new Agent({ ca, keepAlive: true, maxSockets: 8 })
  }

  /** Forgets what connections there are. */
  close(): void {
    this.#agent.destroy()
  }

  /** Rejects when no whole answer comes. */
  post(url: string, body: string, type: string): Promise<Answer> {
    const { host, hostname, port, pathname } = new URL(url)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    // Node does not resolve *.localhost.
    const to = { host: '127.0.0.1', port, path: pathname, servername: hostname, agent: this.#agent }
    const sent = request(
      { ...to, method: 'POST', headers: { host, 'content-type': type }, signal: AbortSignal.timeout(20_000) },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        answer.on('error', reject).on('end', () => {
          resolve({ status: answer.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) })
        })
      },
    )
    sent.on('error', reject).end(body)
    return promise
  }

  register(as: string, client: Client, claims: object = {}): Promise<Answer> {
    return this.registerBy(as, statement(`${as}/register`, client, claims))
  }

  async registerBy(as: string, signed: Promise<string>): Promise<Answer> {
    const body = JSON.stringify({ software_statement: await signed, udap: '1' })
    return this.post(`${as}/register`, body, 'application/json')
  }

  async token(as: string, client: Client, clientId: string): Promise<Answer> {
    const endpoint = `${as}/token`
    return this.form(endpoint, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(endpoint, client, clientId),
      udap: '1',
    })
  }

  form(url: string, fields: Record<string, string>): Promise<Answer> {
    return this.post(url, new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded')
  }
}

export const statement = (aud: string, client: Client, claims: object = {}): Promise<string> =>
  signed(client, {
    iss: client.uri,
    sub: client.uri,
    aud,
    client_name: client.uri,
    contacts: ['mailto:operator@example.com'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'system/Patient.rs',
    ...claims,
  })

export const assertion = (aud: string, client: Client, clientId: string): Promise<string> =>
  signed(client, { iss: clientId, sub: clientId, aud, extensions: { 'hl7-b2b': B2B } })

function signed({ key, chain }: Client, claims: object): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  return new SignJWT({ ...claims, iat, exp: iat + 200, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', x5c: chain })
    .sign(key)
}

const B2B = {
  version: '1',
  organization_name: 'Example Clinic',
  organization_id: 'https://clinic.example/fhir/Organization/1',
  purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#TREAT'],
}
