/**
 * Encryption by password as PKCS#12 files have it: PBES2 (RFC 8018 6.2), and the older schemes of RFC 7292 C, which
 * are still what much of the world writes.
 */
import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto'
import { createRequire } from 'node:module'
import * as asn1js from 'asn1js'
import type * as Forge from 'node-forge'
import { type AlgorithmIdentifier, PBES2Params, PBKDF2Params } from 'pkijs'

/** By object identifier. */
const digests: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const hmacs: Record<string, string> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}
const ciphers: Record<string, { name: string; bytes: number }> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', bytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', bytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', bytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', bytes: 24 },
}
/** RFC 7292 C: SHA-1 and a cipher. RC2 with the number of bits that count of its key. */
const older: Record<string, { cipher: 'des3' | 'rc2'; bytes: number }> = {
  '1.2.840.113549.1.12.1.3': { cipher: 'des3', bytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: 'des3', bytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', bytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', bytes: 5 },
}
const PBES2 = '1.2.840.113549.1.5.13'
const PBKDF2 = '1.2.840.113549.1.5.12'

/** Ten times what anybody recommends. */
const MAX_ROUNDS = 10_000_000

/** Of all keys that are derived for one file together: it must not keep us for minutes. */
export class Rounds {
  #left = MAX_ROUNDS

  /** @throws UnknownScheme */
  take(count: number): number {
    this.#left -= count
    if (count >= 1 && this.#left >= 0) return count
    throw new UnknownScheme(`its key is derived in no round, or in more than ${MAX_ROUNDS}`)
  }
}

export const digestOf = (oid: string): string | undefined => digests[oid]

/** What cannot be opened by any password. */
export class UnknownScheme extends Error {}

/** @throws UnknownScheme, or an error of the cipher when the password is another one */
export function decrypt(
  { algorithmId, algorithmParams }: AlgorithmIdentifier,
  data: Buffer,
  password: Password,
  rounds: Rounds,
): Buffer {
  if (algorithmId === PBES2)
    return decryptPbes2(new PBES2Params({ schema: algorithmParams }), data, password ?? '', rounds)
  const scheme = older[algorithmId]
  if (!scheme) throw new UnknownScheme(`it is encrypted by ${algorithmId}, which is not known here`)
  const [salt, iterations] = (algorithmParams as asn1js.Sequence).valueBlock.value as [
    asn1js.OctetString,
    asn1js.Integer,
  ]
  const derive = (id: 1 | 2, bytes: number) =>
    pkcs12Key({
      hash: 'sha1',
      id,
      bytes,
      password,
      salt: Buffer.from(salt.getValue()),
      iterations: iterations.valueBlock.valueDec,
      rounds,
    })
  const [key, iv] = [derive(1, scheme.bytes), derive(2, 8)]
  if (scheme.cipher === 'rc2') return decryptRc2(key, iv, data)
  const whole = key.length === 24 ? key : Buffer.concat([key, key.subarray(0, 8)])
  return deciphered('des-ede3-cbc', whole, iv, data)
}

function decryptPbes2(
  { keyDerivationFunc, encryptionScheme }: PBES2Params,
  data: Buffer,
  password: string,
  rounds: Rounds,
): Buffer {
  const cipher = ciphers[encryptionScheme.algorithmId]
  if (!cipher) {
    throw new UnknownScheme(`it is encrypted by ${encryptionScheme.algorithmId}, which is not known here`)
  }
  if (keyDerivationFunc.algorithmId !== PBKDF2) {
    const why = `its key is derived by ${keyDerivationFunc.algorithmId}, and only PBKDF2 is known here`
    throw new UnknownScheme(why)
  }
  const { salt, iterationCount, prf } = new PBKDF2Params({ schema: keyDerivationFunc.algorithmParams })
  const hmac = prf === undefined ? 'sha1' : hmacs[prf.algorithmId]
  if (!hmac || !(salt instanceof asn1js.OctetString)) {
    throw new UnknownScheme(
      `its key is derived with ${prf?.algorithmId ?? 'a salt from elsewhere'}, which is not known here`,
    )
  }
  const times = rounds.take(iterationCount)
  const key = pbkdf2Sync(password, Buffer.from(salt.getValue()), times, cipher.bytes, hmac)
  const iv = Buffer.from((encryptionScheme.algorithmParams as asn1js.OctetString).getValue())
  return deciphered(cipher.name, key, iv, data)
}

function deciphered(cipher: string, key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const decipher = createDecipheriv(cipher, key, iv)
  return Buffer.concat([decipher.update(data), decipher.final()])
}

/** Node has no RC2. Loaded for who needs it: it is large, and such files become rare. */
function decryptRc2(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const forge = createRequire(import.meta.url)('node-forge') as typeof Forge
  const binary = (bytes: Buffer) => bytes.toString('latin1')
  const decipher = forge.rc2.createDecryptionCipher(binary(key), key.length * 8)
  decipher.start(binary(iv))
  decipher.update(forge.util.createBuffer(binary(data)))
  if (!decipher.finish()) throw new Error('the padding is wrong')
  return Buffer.from(decipher.output.getBytes(), 'latin1')
}

/** `undefined`: none at all, which the older schemes tell from an empty one. */
export type Password = string | undefined

interface Derivation {
  hash: string
  /** 1: a key, 2: an initialization vector, 3: the key of a MAC. */
  id: 1 | 2 | 3
  bytes: number
  password: Password
  salt: Buffer
  iterations: number
  rounds: Rounds
}

/** RFC 7292 B.2. */
export function pkcs12Key({ hash, id, bytes, password, salt, iterations, rounds }: Derivation): Buffer {
  const pieces = Math.ceil(bytes / createHash(hash).digest().length)
  rounds.take(pieces * iterations)
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64
  const filled = (text: Buffer) => Buffer.alloc(Math.ceil(text.length / block) * block, text)
  const mixed = Buffer.concat([
    filled(salt),
    filled(password === undefined ? Buffer.alloc(0) : bmp(password)),
  ])
  const made: Buffer[] = []
  for (let length = 0; length < bytes; ) {
    let digest = createHash(hash).update(Buffer.alloc(block, id)).update(mixed).digest()
    for (let i = 1; i < iterations; i++) digest = createHash(hash).update(digest).digest()
    made.push(digest)
    length += digest.length
    for (let at = 0; at < mixed.length; at += block) addOne(mixed.subarray(at, at + block), digest)
  }
  return Buffer.concat(made).subarray(0, bytes)
}

/** block = block + digest, repeated, + 1, as one big-endian number. */
function addOne(block: Buffer, digest: Buffer): void {
  let carry = 1
  for (let i = block.length - 1; i >= 0; i--) {
    carry += block[i]! + digest[i % digest.length]!
    block[i] = carry & 0xff
    carry >>= 8
  }
}

/** UTF-16, big-endian, with a final zero. */
const bmp = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16()
