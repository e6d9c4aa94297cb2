import { sign, X509Certificate } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { fetchIssuers } from './aia.ts'
import { readCertificate } from './certificate.ts'
import { validateChain } from './chain.ts'
import { elementsOf } from './der.ts'
import { boundedFetcher } from './fetch.ts'
import { Openssl } from './fixture-openssl.ts'
import { type Authority, authority, leafOf, NOW, Web } from './fixture-pki.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

/** A certs-only message as authorities in the field serve it. */
async function pkcs7(...certificates: Buffer[]): Promise<Buffer> {
  await openssl.writePem('certificates.pem', ...certificates)
  const args = ['-nocrl', '-certfile', 'certificates.pem', '-outform', 'DER', '-out', 'issuers.p7c']
  const made = await openssl.run('crl2pkcs7', ...args)
  expect(made.code, made.text).toBe(0)
  return openssl.read('issuers.p7c')
}

async function community() {
  const web = new Web()
  const root = await authority(web, 'root')
  const intermediate = await authority(web, 'intermediate', { issuer: root })
  const leaf = await leafOf(intermediate)
  const fetched = (body: Buffer) => {
    web.pages.set(intermediate.urls.issuer!, () => body)
    return fetchIssuers([readCertificate(leaf.certificate)], boundedFetcher(web.fetch), new Set())
  }
  return { web, root, intermediate, leaf, fetched }
}

describe('an issuer that is fetched', () => {
  it('may come in a PKCS#7 message with others, byte for byte', async () => {
    const { root, intermediate, leaf, web, fetched } = await community()
    const { certificates, problems } = await fetched(await pkcs7(root.certificate, intermediate.certificate))
    expect(problems).toEqual([])
    expect(certificates.map(({ der }) => der)).toEqual([root.certificate, intermediate.certificate])
    const { path } = await validateChain({
      x5c: [leaf.base64],
      anchors: [root.base64],
      at: NOW,
      revocation: 'hard-fail',
      fetch: web.fetch,
    })
    expect(path.map(({ raw }) => raw)).toEqual(
      [leaf, intermediate, root].map(({ certificate }) => certificate),
    )
  })

  it('keeps its signature when it is no strict DER: many say critical FALSE, which DER leaves out', async () => {
    const { root, intermediate, fetched } = await community()
    const lax = withCriticalFalse(intermediate.certificate, root)
    const { certificates } = await fetched(await pkcs7(lax))
    expect(certificates[0]!.der).toEqual(lax)
    expect(certificates[0]!.x509.verify(new X509Certificate(root.certificate).publicKey)).toBe(true)
  })

  it('is at most ten of a message, and none of what is no message', async () => {
    const { root, fetched } = await community()
    expect((await fetched(await pkcs7(...Array(12).fill(root.certificate)))).certificates).toHaveLength(10)
    const whole = await pkcs7(root.certificate)
    for (const body of [whole.subarray(0, 30), whole.subarray(0, -1), Buffer.from('3003060100', 'hex')]) {
      const { certificates, problems } = await fetched(body)
      expect(certificates).toEqual([])
      expect(problems).toEqual([expect.stringContaining('/intermediate/cer served no certificate: ')])
    }
  })
})

/** The critical TRUE of its basic constraints turned into FALSE, signed anew. */
function withCriticalFalse(certificate: Buffer, issuer: Authority): Buffer {
  const lax = Buffer.from(certificate)
  lax[lax.indexOf(Buffer.from('0603551d130101ff', 'hex')) + 7] = 0
  const [tbs, , signature] = elementsOf(lax)
  for (;;) {
    // ECDSA signatures differ in length: one that fits where the old one stood.
    const signed = sign('sha256', tbs!, issuer.key)
    if (signed.length !== signature!.length - 3) continue
    signed.copy(signature!, 3)
    return lax
  }
}
