import { expect, it } from 'vitest'
import { readCertificate } from '../certs/certificate.ts'
import { authority, leafOf, Web } from '../certs/fixture-pki.ts'
import type { CertificatePolicy } from '../spec/community.ts'
import { certificateFlaw } from './certificate-policy.ts'

const web = new Web()
const leaf = await leafOf(await authority(web, 'root', { key: 'ec-p256' }), { key: 'ec-p256' })
const certificate = readCertificate(Buffer.from(leaf.base64, 'base64'))

it.each<[CertificatePolicy, string | undefined]>([
  [{}, undefined],
  [{ keys: ['ec-p256'], keyUsage: ['digitalSignature'], maxLifetimeDays: 366 }, undefined],
  [{ keys: ['rsa-2048'] }, 'has a key ec-p256, none of rsa-2048'],
  [{ keyUsage: ['digitalSignature', 'nonRepudiation'] }, 'has the key usage digitalSignature, not'],
  [{ maxLifetimeDays: 90 }, 'not 90 at most'],
])('a policy %j', (certificates, flaw) => {
  const seen = certificateFlaw(certificate, { certificates })
  if (flaw === undefined) expect(seen).toBeUndefined()
  else expect(seen).toContain(flaw)
})
