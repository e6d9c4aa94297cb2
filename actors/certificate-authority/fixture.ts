/** For tests: a running certificate authority, and its web. */
import { createPublicKey } from 'node:crypto'
import { request } from 'node:http'
import type { Fetch } from '../../certs/chain.ts'
import { generateKey, type KeyAlgorithm } from '../../certs/keys.ts'
import type { JsonObject, StartedActor } from '../actor.ts'
import { contextOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import { certificateAuthority } from './actor.ts'

export interface Running {
  ca: StartedActor
  url: string
  port: number
  root: Buffer
  intermediate: Buffer
  issue(more?: JsonObject): Promise<{ serial: string; leaf: Buffer; chain: string[] }>
  revoke(input: JsonObject): Promise<void>
}

export interface Options {
  key?: KeyAlgorithm
  clockOffsetMs?: number
  with?: { community?: string; ocspSigner?: 'issuer' | 'delegate' }
}

export async function startAuthority(bed: Bed, options: Options = {}): Promise<Running> {
  const { key = 'ec-p256', clockOffsetMs = 0, with: w = {} } = options
  const place = await bed.open('ca', certificateAuthority)
  const url = `http://127.0.0.1:${place.port}`
  const keys = [await generateKey(key), await generateKey(key)]
  const context = contextOf('ca', { kind: 'certificate-authority', url, keys, clockOffsetMs })
  const ca = await place.start(context, w)
  const issue = async (more: JsonObject = {}) => {
    const input = { publicKey: await publicKey(), uris: ['https://app.example/udap'], ...more }
    const { outputs, stopped } = await ca.act('ca/issue', input, 5000)
    if (stopped) throw new Error(stopped.message)
    const { serial, chain } = outputs as { serial: string; chain: string[] }
    return { serial, chain, leaf: Buffer.from(chain[0]!, 'base64') }
  }
  const revoke = async (input: JsonObject) => {
    const { stopped } = await ca.act('ca/revoke', input, 5000)
    if (stopped) throw new Error(stopped.message)
  }
  const fact = (name: string) => Buffer.from(ca.facts[name] as string, 'base64')
  return { ca, url, port: place.port, root: fact('root'), intermediate: fact('intermediate'), issue, revoke }
}

export async function publicKey(algorithm: KeyAlgorithm = 'ec-p256'): Promise<string> {
  return publicKeyOf(await generateKey(algorithm))
}

/** @param key private, PEM */
export const publicKeyOf = (key: string): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()

export async function get(url: string, init?: RequestInit) {
  const answer = await fetch(url, init)
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, type: answer.headers.get('content-type'), body }
}

/** Minds time and length, as whoever validates a chain asks for. */
export const overHttp: Fetch = ({ method, url, headers = {}, body, maxBytes, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(url, { method, headers, signal }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > maxBytes) answer.destroy(new Error(`more than ${maxBytes} bytes`))
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: {}, body: Buffer.concat(chunks) }),
      )
      answer.on('error', reject)
    })
    sent.on('error', reject).end(body)
  })
