/** Signs a JWT anew with a key that is not its signer's: for faults. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, type X509Certificate } from 'node:crypto'
import { issueCertificate } from '../certs/issue.ts'
import { generateKey, type KeyAlgorithm } from '../certs/keys.ts'
import { profile } from '../certs/profile.ts'
import { decodeJwt } from '../wire/jwt.ts'
import { authenticatedByHmac, leafIn, withAlg } from './jwt-forgery.ts'

interface Signing {
  /** `another-certificate`: self-signed, with the same names; the signature fits it. */
  with: 'another-key' | 'another-certificate'
  /** That of its header when left out; `none` has no signature, HS256 takes the public key for a secret. */
  alg?: string
}

const keys: Record<string, KeyAlgorithm> = {
  RS256: 'rsa-2048',
  RS384: 'rsa-2048',
  ES256: 'ec-p256',
  ES384: 'ec-p384',
}

/** What another fault has left no JWT stays as it is. @param nowS the actor's clock, in seconds */
export async function resign(
  text: string,
  { with: by, alg: wanted }: Signing,
  nowS: number,
): Promise<string> {
  const jwt = decodeJwt(text)
  if (!jwt) return text
  const alg = wanted ?? String(jwt.header.alg)
  if (alg === 'none') return `${withAlg(jwt, alg)}.`
  if (alg === 'HS256') return authenticatedByHmac(jwt) ?? text
  const algorithm = keys[alg]
  if (!algorithm) return text
  const key = await anotherKey(algorithm)
  const leaf = by === 'another-certificate' ? leafIn(jwt.header) : undefined
  const header = leaf
    ? { ...jwt.header, x5c: [await selfSigned(key, leaf, new Date(nowS * 1000))] }
    : jwt.header
  const input = withAlg({ ...jwt, header }, alg)
  return `${input}.${signature(alg, key, input)}`
}

/** Kept: an RSA key takes longer to make than a case to run. */
const made = new Map<KeyAlgorithm, Promise<KeyObject>>()

function anotherKey(algorithm: KeyAlgorithm): Promise<KeyObject> {
  const known = made.get(algorithm) ?? generateKey(algorithm).then((pem) => createPrivateKey(pem))
  made.set(algorithm, known)
  return known
}

function signature(alg: string, key: KeyObject, input: string): string {
  const options = { key, dsaEncoding: 'ieee-p1363' } as const
  return sign(`sha${alg.slice(2)}`, Buffer.from(input), options).toString('base64url')
}

async function selfSigned(
  key: KeyObject,
  { subjectAltName = '' }: X509Certificate,
  at: Date,
): Promise<string> {
  const uris = [...subjectAltName.matchAll(/(?:^|, )URI:([^,]+)/g)].map(([, uri]) => uri!)
  const subject = { publicKey: createPublicKey(key), commonName: 'Somebody else', names: { uri: uris } }
  const certificate = await issueCertificate({ profile: profile('leaf'), subject, issuer: { key }, at })
  return certificate.toString('base64')
}
