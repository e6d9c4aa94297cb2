/** A key with its certificates, as somebody else's community hands them out: PKCS#12, or PEM. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { certificatesIn, pemBlocks } from '../../certs/bundle.ts'
import type { ParsedCertificate } from '../../certs/certificate.ts'
import { type KeyPair, pairUp } from '../../certs/key-pair.ts'
import { type KeysAndCertificates, readPkcs12 } from '../../certs/pkcs12-read.ts'
import { readBytes } from './files.ts'
import { readSecret, type Secret } from './secret.ts'
import { Unusable } from './unusable.ts'

export interface CredentialFiles {
  /** PKCS#12, or PEM with the chain, and perhaps the key. */
  file: string
  /** PEM, where it is not in `file`. */
  key?: string
  /** Of the PKCS#12 file or of the key. */
  password?: Secret
}

export interface OwnCredential {
  /** PEM PKCS#8, not encrypted. */
  key: string
  /** Base64 DER, leaf first, without the root. */
  chain: string[]
  /** URI names of the leaf. */
  uris: string[]
}

/** @throws Unusable naming the file */
export function readCredential(given: CredentialFiles): OwnCredential {
  const { key, leaf, chain } = openCredential(given)
  return {
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    chain: chain.map(({ der }) => der.toString('base64')),
    uris: leaf.uriNames,
  }
}

/** The same with all that is in the file. @throws Unusable */
export function openCredential(given: CredentialFiles): KeyPair & { key: KeyObject } {
  const { certificates, keys: inside } = contentsIn(given.file, given.password)
  if (given.key !== undefined && inside.length > 0) {
    throw new Unusable(given.key, `there is a key in ${given.file} already; leave this file out.`)
  }
  const keys = given.key === undefined ? inside : contentsIn(given.key, given.password).keys
  const from = given.key ?? given.file
  const [key] = keys
  if (!key) throw new Unusable(from, 'there is no private key in it. Name the file of the key as well.')
  if (certificates.length === 0) throw new Unusable(given.file, 'there is no certificate in it.')
  const pairs = keys.flatMap((one) => {
    const pair = pairUp(one, certificates)
    return pair ? [{ key: one, ...pair }] : []
  })
  if (pairs.length === 1) return pairs[0]!
  if (pairs.length === 0) throw new Unusable(from, `the key belongs to no certificate in ${given.file}.`)
  throw new Unusable(given.file, `there are ${pairs.length} keys with certificates in it; one is needed.`)
}

/** All keys and certificates of a file: PKCS#12, PEM, DER or PKCS#7. @throws Unusable */
export function contentsIn(file: string, password: Secret | undefined): KeysAndCertificates {
  const secret = password === undefined ? undefined : readSecret(password)
  const bytes = readBytes(file)
  if (!isPkcs12(bytes))
    return { keys: keysOf(file, bytes, secret), certificates: certificatesOf(file, bytes) }
  try {
    return readPkcs12(bytes, secret ?? '')
  } catch (error) {
    const hint = secret === undefined ? ' No password was given.' : ''
    throw new Unusable(file, `${(error as Error).message}${hint}`, { cause: error })
  }
}

/** PKCS#12 is DER that begins with its version, 3; nothing else here does. */
export function isPkcs12(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes.subarray(2, 8).includes(Buffer.of(0x02, 0x01, 0x03))
}

function certificatesOf(file: string, bytes: Buffer): ParsedCertificate[] {
  try {
    return certificatesIn(bytes)
  } catch (error) {
    const why = `no certificate and no key can be read from it (${(error as Error).message}). PKCS#12, PEM, DER or PKCS#7 is needed.`
    throw new Unusable(file, why, { cause: error })
  }
}

function keysOf(file: string, bytes: Buffer, passphrase = ''): KeyObject[] {
  return pemBlocks(bytes)
    .filter(({ label }) => label.endsWith('PRIVATE KEY'))
    .map(({ text }) => {
      try {
        return createPrivateKey({ key: text, passphrase })
      } catch (error) {
        const encrypted = text.includes('ENCRYPTED')
        const why = encrypted
          ? 'the private key does not open with this password.'
          : 'the private key cannot be read.'
        throw new Unusable(file, why, { cause: error })
      }
    })
}
