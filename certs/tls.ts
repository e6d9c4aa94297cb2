/** HTTPS server certificates from a throw-away root. They follow real time, whatever the scenario's clock says. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { issueCertificate, issueRoot, ORGANIZATION } from './issue.ts'
import { generateKey } from './keys.ts'
import { profile } from './profile.ts'

export interface TlsRoot {
  /** PEM. */
  certificate: string
  /** PEM, PKCS#8. */
  key: string
}

/** @param profileName for how long it lasts */
export async function createTlsRoot(profileName = 'tls-root'): Promise<TlsRoot> {
  const wanted = profile(profileName)
  const key = await generateKey(wanted.key)
  const certificate = await issueRoot(wanted, createPrivateKey(key), 'UDAP testbed TLS root', new Date())
  return { certificate: toPem(certificate), key }
}

/** @param hostNames DNS names and IP addresses; PEM chain (leaf first, without the root) and PKCS#8 key */
export async function issueTlsCertificate(
  root: TlsRoot,
  hostNames: string[],
): Promise<{ chain: string; key: string }> {
  const wanted = profile('tls-leaf')
  // As a URL writes an IPv6 address.
  const names = hostNames.map((name) => name.replace(/^\[|\]$/g, ''))
  const key = await generateKey(wanted.key)
  const publicKey: KeyObject = createPublicKey(key)
  const certificate = await issueCertificate({
    profile: wanted,
    subject: {
      publicKey,
      commonName: names[0] ?? 'localhost',
      organization: ORGANIZATION,
      names: { dns: names.filter((name) => !isIP(name)), ip: names.filter((name) => isIP(name)) },
    },
    issuer: { certificate: fromPem(root.certificate), key: createPrivateKey(root.key), urls: {} },
    at: new Date(),
  })
  return { chain: toPem(certificate), key }
}

export function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function fromPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
}
