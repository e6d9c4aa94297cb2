/** For tests: a trust community with a real certificate authority. */
import { createPublicKey, X509Certificate } from 'node:crypto'
import type { KeyAlgorithm } from '../certs/keys.ts'
import type { Credential } from './actor.ts'
import { certificateAuthority } from './certificate-authority/actor.ts'
import { contextOf } from './fixture.ts'
import type { Bed } from './fixture-bed.ts'
import { keyFor } from './fixture-keys.ts'

export interface Community {
  uri: string
  /** Base64 DER. */
  root: string
  /** @param use of its key, which all credentials of the same use share */
  issue(uris: string[], use?: string, algorithm?: KeyAlgorithm): Promise<Credential>
  revoke(credential: Credential): Promise<void>
  /** From then on nobody answers about revocation. */
  close(): Promise<void>
}

export async function startCommunity(bed: Bed, name = 'north'): Promise<Community> {
  const uri = `urn:example:${name}`
  const place = await bed.openPeer(certificateAuthority)
  const keys = await Promise.all([keyFor(`${name} root`, 'ec-p256'), keyFor(`${name} issuing`, 'ec-p256')])
  const url = `http://${name}-c1.localhost:${place.port}`
  const context = contextOf(name, { kind: 'certificate-authority', url, keys })
  const ca = await place.start(context, { community: uri })
  return {
    uri,
    root: String(ca.facts.root),
    async issue(uris, use = 'client', algorithm = 'rsa-2048') {
      const key = await keyFor(use, algorithm)
      const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
      const { outputs } = await ca.act('ca/issue', { publicKey, uris }, 5000)
      return { community: uri, key, chain: outputs.chain as string[], uris }
    },
    async revoke({ chain }) {
      const { serialNumber } = new X509Certificate(Buffer.from(chain[0]!, 'base64'))
      await ca.act('ca/revoke', { serial: serialNumber }, 5000)
    },
    close: () => place.stop(),
  }
}
