/**
 * Reads PKCS#12 (RFC 7292) as OpenSSL, .NET, Java and Windows write it: whatever its encryption, in any order, keys and
 * certificates encrypted or not, with or without a MAC.
 */
import { createHmac, createPrivateKey, type KeyObject } from 'node:crypto'
import * as asn1js from 'asn1js'
import {
  AuthenticatedSafe,
  CertBag,
  ContentInfo,
  EncryptedData,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  type SafeBag,
  SafeContents,
} from 'pkijs'
import { type ParsedCertificate, readCertificate } from './certificate.ts'
import { arrayBuffer } from './der.ts'
import { decrypt, digestOf, type Password, pkcs12Key, Rounds, UnknownScheme } from './password-encryption.ts'

export interface KeysAndCertificates {
  keys: KeyObject[]
  certificates: ParsedCertificate[]
}

/** @throws Error whose message is a sentence for whoever has the file */
export function readPkcs12(bytes: Buffer, password: string): KeysAndCertificates {
  const pfx = parsed(bytes)
  try {
    const safe = contentOf(pfx.authSafe)
    // "No password" is written in two ways.
    const secrets: Password[] = password === '' ? ['', undefined] : [password]
    const rounds = new Rounds()
    const index = secrets.findIndex((one) => fits(pfx, safe, one, rounds))
    return index === -1 ? wrongPassword() : bagsOf(safe, secrets[index], rounds)
  } catch (error) {
    if (error instanceof WrongPassword) throw error
    const { message } = error as Error
    if (error instanceof UnknownScheme) throw new Error(`It cannot be opened: ${message}.`, { cause: error })
    // Only a MAC that matched tells a wrong password from damage.
    const why = pfx.macData ? `Its contents cannot be read (${message}).` : NO_MAC
    throw new Error(why, { cause: error })
  }
}

class WrongPassword extends Error {}

function wrongPassword(): never {
  throw new WrongPassword('It does not open with this password.')
}

const NO_MAC =
  'It does not open with this password, or its contents are damaged (it has no MAC, which would tell).'

function bagsOf(safe: Buffer, password: Password, rounds: Rounds): KeysAndCertificates {
  const contents: KeysAndCertificates = { keys: [], certificates: [] }
  for (const info of AuthenticatedSafe.fromBER(arrayBuffer(safe)).safeContents) {
    const bytes = opened(info, password, rounds)
    // The parser takes no list without bags.
    if (bytes.equals(NO_BAGS)) continue
    for (const bag of SafeContents.fromBER(arrayBuffer(bytes)).safeBags)
      collect(bag, password, rounds, contents)
  }
  return contents
}

const NO_BAGS = Buffer.of(0x30, 0)

function parsed(bytes: Buffer): PFX {
  try {
    return new PFX({ schema: asn1js.fromBER(arrayBuffer(bytes)).result })
  } catch (error) {
    throw new Error('It is no PKCS#12 file.', { cause: error })
  }
}

/** The bytes of a ContentInfo of type data. */
function contentOf(info: ContentInfo): Buffer {
  if (info.contentType === ContentInfo.DATA && info.content instanceof asn1js.OctetString) {
    return Buffer.from(info.content.getValue())
  }
  throw new UnknownScheme('it is sealed by a signature instead of a password, which is not known here')
}

/** A file without a MAC, or with one of a kind that is not known here, is tried. */
function fits({ macData }: PFX, safe: Buffer, password: Password, rounds: Rounds): boolean {
  const hash = macData && digestOf(macData.mac.digestAlgorithm.algorithmId)
  if (!hash) return true
  const expected = Buffer.from(macData.mac.digest.getValue())
  const salt = Buffer.from(macData.macSalt.getValue())
  const iterations = macData.iterations ?? 1
  const key = pkcs12Key({ hash, id: 3, bytes: expected.length, password, salt, iterations, rounds })
  return createHmac(hash, key).update(safe).digest().equals(expected)
}

function opened(info: ContentInfo, password: Password, rounds: Rounds): Buffer {
  if (info.contentType === ContentInfo.DATA) return contentOf(info)
  if (info.contentType !== ContentInfo.ENCRYPTED_DATA) {
    throw new UnknownScheme(`a part of it is of type ${info.contentType}`)
  }
  const { encryptedContentInfo } = new EncryptedData({ schema: info.content })
  const data = Buffer.from(encryptedContentInfo.getEncryptedContent())
  return decrypt(encryptedContentInfo.contentEncryptionAlgorithm, data, password, rounds)
}

function collect(
  { bagValue }: SafeBag,
  password: Password,
  rounds: Rounds,
  { keys, certificates }: KeysAndCertificates,
): void {
  if (bagValue instanceof PrivateKeyInfo) {
    keys.push(keyOf(Buffer.from(bagValue.toSchema().toBER())))
  } else if (bagValue instanceof PKCS8ShroudedKeyBag) {
    const { encryptionAlgorithm, encryptedData } = bagValue
    keys.push(keyOf(decrypt(encryptionAlgorithm, Buffer.from(encryptedData.getValue()), password, rounds)))
  } else if (bagValue instanceof CertBag && bagValue.certValue instanceof asn1js.OctetString) {
    certificates.push(readCertificate(Buffer.from(bagValue.certValue.getValue())))
  } else if (bagValue instanceof SafeContents) {
    for (const bag of bagValue.safeBags) collect(bag, password, rounds, { keys, certificates })
  }
}

const keyOf = (pkcs8: Buffer): KeyObject => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
