/** For tests: somebody at the table with software of their own, a client that shares nothing with our actors. */
import { generateKeyPairSync, type KeyObject, randomUUID, X509Certificate } from 'node:crypto'
import { compactVerify, decodeProtectedHeader, SignJWT } from 'jose'
import { Agent, request } from 'undici'

const URI = 'https://visitor.example/backend'
const TIMEOUT_MS = 15_000

/** What the organizer has told: where the TLS root is, and at which port visitors get their certificates. */
export interface Table {
  tlsRoot: string
  issuer: string
  token: string
}

interface Metadata {
  registration_endpoint: string
  token_endpoint: string
  signed_metadata: string
}

export class Visitor {
  readonly #agent: Agent
  readonly #key: KeyObject
  readonly #x5c: string[]

  private constructor(tlsRoot: string, key: KeyObject, x5c: string[]) {
    // Node does not resolve *.localhost.
    const connect = { ca: tlsRoot, lookup: toLoopback as never }
    this.#agent = new Agent({ connect, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })
    this.#key = key
    this.#x5c = x5c
  }

  /** With a certificate of the community, as deploy/README.md says. */
  static async with({ tlsRoot, issuer, token }: Table): Promise<Visitor> {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const answer = await request(issuer, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        action: 'ca/issue',
        input: { publicKey: publicKey.export({ type: 'spki', format: 'pem' }), uris: [URI] },
        timeoutMs: 10_000,
      }),
    })
    const { outputs } = (await answer.body.json()) as { outputs: { chain: string[] } }
    return new Visitor(tlsRoot, privateKey, outputs.chain)
  }

  /** @throws Error when its signature, its chain up to the root, or its issuer is not as it should be */
  async metadata(url: string, rootUrl: string): Promise<Metadata> {
    const metadata = (await this.#json('GET', `${url}/.well-known/udap`)).body as Metadata
    const { x5c = [] } = decodeProtectedHeader(metadata.signed_metadata)
    const root = await request(rootUrl, { dispatcher: this.#agent })
    const chain = [
      ...x5c.map((one) => Buffer.from(one, 'base64')),
      Buffer.from(await root.body.arrayBuffer()),
    ]
    const certificates = chain.map((der) => new X509Certificate(der))
    for (const [i, certificate] of certificates.entries()) {
      const issuer = certificates[i + 1] ?? certificate
      if (!certificate.verify(issuer.publicKey))
        throw new Error(`${certificate.subject} is not by ${issuer.subject}`)
    }
    const { payload } = await compactVerify(metadata.signed_metadata, certificates[0]!.publicKey)
    const { iss } = JSON.parse(Buffer.from(payload).toString()) as { iss: string }
    if (iss !== url) throw new Error(`The metadata of ${url} are by ${iss}.`)
    return metadata
  }

  /** Registers and gets a token for itself. */
  async token({ registration_endpoint, token_endpoint }: Metadata): Promise<string> {
    const statement = await this.#signed(registration_endpoint, URI, {
      client_name: 'A visitor',
      contacts: ['mailto:operator@visitor.example'],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'system/Patient.rs',
    })
    const registered = await this.#json('POST', registration_endpoint, {
      type: 'application/json',
      text: JSON.stringify({ software_statement: statement, udap: '1' }),
    })
    const { client_id } = expectStatus(registered, 201) as { client_id: string }
    const b2b = {
      version: '1',
      organization_id: 'https://visitor.example/organization',
      organization_name: 'Visitor',
      purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#HPAYMT'],
    }
    const assertion = await this.#signed(token_endpoint, client_id, { extensions: { 'hl7-b2b': b2b } })
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: 'system/Patient.rs',
      udap: '1',
    })
    const answer = await this.#json('POST', token_endpoint, {
      type: 'application/x-www-form-urlencoded',
      text: form.toString(),
    })
    return (expectStatus(answer, 200) as { access_token: string }).access_token
  }

  async read(url: string, token: string): Promise<unknown> {
    const answer = await request(url, {
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${token}` },
    })
    return expectStatus({ status: answer.statusCode, body: await answer.body.json() }, 200)
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  #signed(aud: string, iss: string, claims: Record<string, unknown>): Promise<string> {
    const iat = Math.floor(Date.now() / 1000)
    return new SignJWT({ iss, sub: iss, aud, iat, exp: iat + 60, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'RS256', x5c: this.#x5c })
      .sign(this.#key)
  }

  async #json(method: 'GET' | 'POST', url: string, sent?: { type: string; text: string }) {
    const answer = await request(url, {
      dispatcher: this.#agent,
      method,
      ...(sent && { headers: { 'content-type': sent.type }, body: sent.text }),
    })
    return { status: answer.statusCode, body: (await answer.body.json()) as unknown }
  }
}

function expectStatus({ status, body }: { status: number; body: unknown }, wanted: number): unknown {
  if (status !== wanted) throw new Error(`${wanted} expected, got ${status}: ${JSON.stringify(body)}`)
  return body
}

function toLoopback(_: string, { all }: { all?: boolean }, callback: (...result: unknown[]) => void): void {
  if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}
