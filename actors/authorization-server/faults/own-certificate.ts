/** Signs an ID token anew, with a certificate that nobody issued. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { issueCertificate } from '../../../certs/issue.ts'
import { generateKey } from '../../../certs/keys.ts'
import { profile } from '../../../certs/profile.ts'
import { uriNames } from '../../../certs/x5c.ts'
import { decodeJwt } from '../../../wire/jwt.ts'
import { signJwt } from '../../jws.ts'
import type { FaultKit } from '../../make.ts'

export async function signedWithOwnCertificate(text: string, { nowS }: FaultKit): Promise<string> {
  const jwt = decodeJwt(text)
  const leaf = Array.isArray(jwt?.header.x5c) ? String(jwt.header.x5c[0]) : undefined
  // What has no certificate stays as it is: then this one does not fire.
  if (!jwt || leaf === undefined) return text
  const real = new X509Certificate(Buffer.from(leaf, 'base64'))
  const wanted = profile('self-signed')
  const key = createPrivateKey(await generateKey(wanted.key))
  const certificate = await issueCertificate({
    profile: wanted,
    subject: {
      publicKey: createPublicKey(key),
      commonName: 'Nobody issued this',
      names: { uri: uriNames(real) },
    },
    issuer: { key },
    at: new Date(nowS * 1000),
  })
  const header = { ...jwt.header, x5c: [certificate.toString('base64')] }
  return signJwt({ header, claims: jwt.claims }, key)
}
