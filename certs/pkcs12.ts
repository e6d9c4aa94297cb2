/**
 * PKCS#12 (RFC 7292), which Java and .NET want instead of PEM: a key with its chain, both encrypted by AES-256 and
 * sealed by HMAC-SHA-256, as OpenSSL 3 makes it by default.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import * as asn1js from 'asn1js'
import {
  Attribute,
  AuthenticatedSafe,
  CertBag,
  Certificate,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from 'pkijs'
import { arrayBuffer } from './der.ts'

const KEY_BAG = '1.2.840.113549.1.12.10.1.2'
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3'
const FRIENDLY_NAME = '1.2.840.113549.1.9.20'
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21'
const ITERATIONS = 10_000

/** Of the pair: what a key store lists it by, and what ties the two together. */
const ofPair = (name: string) => [
  new Attribute({ type: FRIENDLY_NAME, values: [new asn1js.BmpString({ value: name })] }),
  new Attribute({
    type: LOCAL_KEY_ID,
    values: [new asn1js.OctetString({ valueHex: Uint8Array.of(1).buffer })],
  }),
]

/**
 * @param key PEM
 * @param chain DER, leaf first
 * @param name for who looks into the file
 */
export async function pkcs12(key: string, chain: Buffer[], password: string, name: string): Promise<Buffer> {
  const secret = new TextEncoder().encode(password).buffer
  const encryption = {
    password: secret,
    // Its type asks for an initialization vector, and pkijs makes a random one.
    contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256, iv: new Uint8Array(16) },
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: ITERATIONS,
  }
  const pkcs8 = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  const keyBag = new PKCS8ShroudedKeyBag({
    parsedValue: PrivateKeyInfo.fromBER(arrayBuffer(pkcs8)),
  })
  await keyBag.makeInternalValues(encryption)
  const certificates = chain.map((der, i) => {
    const value = Certificate.fromBER(arrayBuffer(new X509Certificate(der).raw))
    return new SafeBag({
      bagId: CERTIFICATE_BAG,
      bagValue: new CertBag({ parsedValue: value }),
      ...(i === 0 ? { bagAttributes: ofPair(name) } : {}),
    })
  })
  const safe = new AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        {
          privacyMode: 0,
          value: new SafeContents({
            safeBags: [new SafeBag({ bagId: KEY_BAG, bagValue: keyBag, bagAttributes: ofPair(name) })],
          }),
        },
        { privacyMode: 1, value: new SafeContents({ safeBags: certificates }) },
      ],
    },
  })
  await safe.makeInternalValues({ safeContents: [{}, encryption] })
  const pfx = new PFX({ parsedValue: { integrityMode: 0, authenticatedSafe: safe } })
  await pfx.makeInternalValues({
    password: secret,
    iterations: ITERATIONS,
    pbkdf2HashAlgorithm: { name: 'SHA-256' },
    hmacHashAlgorithm: 'SHA-256',
  })
  return Buffer.from(pfx.toSchema().toBER(false))
}
