/** What somebody else's community hands out, told apart: a key with its chain, and trust anchors. */
import type { KeyObject } from 'node:crypto'
import type { ParsedCertificate } from '../../certs/certificate.ts'
import { ChainError, validateChain } from '../../certs/chain.ts'
import { isSelfSigned, type KeyPair, pairUp } from '../../certs/key-pair.ts'
import type { KeysAndCertificates } from '../../certs/pkcs12-read.ts'
import { toPem } from '../../certs/tls.ts'
import { contentsIn } from './credential.ts'
import type { Secret } from './secret.ts'
import { Unusable } from './unusable.ts'
import { fetchOverHttp } from './web.ts'

export interface Imported {
  credential?: KeyPair & { key: KeyObject }
  anchors: ParsedCertificate[]
  /** Of no use here: neither of the key nor of an authority. */
  leftOver: ParsedCertificate[]
}

/** @throws Unusable when nothing of use is in the files */
export function readImports(paths: string[], password: Secret | undefined): Imported {
  const found = paths.map((file) => contentsIn(file, password))
  const { keys, certificates } = joined(found)
  const named = paths.join(', ')
  if (keys.length === 0 && certificates.length === 0) {
    throw new Unusable(
      named,
      'there is no certificate and no key in it: PKCS#12, PEM, DER or PKCS#7 is needed.',
    )
  }
  const pairs = keys.flatMap((key) => {
    const pair = pairUp(key, certificates)
    return pair ? [{ key, ...pair }] : []
  })
  if (pairs.length < keys.length)
    throw new Unusable(named, 'there is a key in it that belongs to no certificate in it.')
  if (pairs.length > 1)
    throw new Unusable(named, `there are ${pairs.length} keys in it; import one at a time.`)
  const [credential] = pairs
  const rest = credential?.others ?? certificates
  // Beside a key, what does not lead to it may be any authority: of use as an anchor are those that signed themselves.
  const isAnchor = (one: ParsedCertificate) =>
    one.basicConstraints?.ca === true && (credential === undefined || isSelfSigned(one))
  return {
    ...(credential && { credential }),
    anchors: rest.filter(isAnchor),
    leftOver: rest.filter((one) => !isAnchor(one)),
  }
}

function joined(found: KeysAndCertificates[]): KeysAndCertificates {
  const certificates = found.flatMap((one) => one.certificates)
  return {
    keys: found.flatMap((one) => one.keys),
    certificates: [...new Map(certificates.map((one) => [one.fingerprint, one])).values()],
  }
}

/** What a server would say against it, that trusts these anchors and asks nobody about revocation. */
export async function objections({ credential, anchors }: Imported, at: Date): Promise<string[]> {
  if (!credential) return []
  const { leaf, chain } = credential
  const names =
    leaf.uriNames.length > 0 ? [] : ['It has no URI name: UDAP needs one, equal to iss of what it signs.']
  if (anchors.length === 0) return names
  try {
    const x5c = chain.map(({ der }) => der.toString('base64'))
    const trusted = anchors.map(({ der }) => der.toString('base64'))
    await validateChain({ x5c, anchors: trusted, at, revocation: 'off', fetch: fetchOverHttp })
    return names
  } catch (error) {
    if (error instanceof ChainError) return [...names, error.message]
    throw error
  }
}

export const pemOf = (certificates: ParsedCertificate[]): string =>
  certificates.map(({ der }) => toPem(der)).join('')
