/** Issues and revokes with the keys of an authority that lasts. What is done stands in its index before it is handed out. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { RevocationReason } from '../../certs/crl.ts'
import { serialBytes, serialText } from '../../certs/der.ts'
import { issueCertificate, ORGANIZATION } from '../../certs/issue.ts'
import { generateKey, type KeyAlgorithm } from '../../certs/keys.ts'
import { pkcs12 } from '../../certs/pkcs12.ts'
import { loadProfiles, profile } from '../../certs/profile.ts'
import { toPem } from '../../certs/tls.ts'
import { urlsOf } from '../../certs/urls.ts'
import { type Authority, files } from './authority.ts'
import { issuedEntry } from './create.ts'
import type { Issued, Revoked } from './index-file.ts'
import { Unusable } from './unusable.ts'

export interface Wanted {
  uris: string[]
  /** For people. */
  name: string
  key: KeyAlgorithm | undefined
  /** Of certs/profiles.yaml. */
  profile: string
}

export interface IssuedCredential {
  /** PEM PKCS#8. */
  key: string
  /** DER, leaf first, without the root. */
  chain: Buffer[]
  entry: Issued
  /** Its profile had it revoked at once. */
  revoked: boolean
}

/** Profiles of participants, good and faulty, that the intermediate itself issues. */
export const leafProfiles = (): string[] =>
  Object.entries(loadProfiles())
    .filter(
      ([, { basicConstraints, issuedBy, extendedKeyUsage, revoke }]) =>
        !basicConstraints?.ca && !issuedBy && !extendedKeyUsage && revoke !== 'issuer',
    )
    .map(([name]) => name)

/** @throws Unusable when there is no such profile */
export async function issueLeaf(authority: Authority, wanted: Wanted): Promise<IssuedCredential> {
  const { intermediate, url } = authority
  const profiles = leafProfiles()
  if (!profiles.includes(wanted.profile)) {
    throw new Unusable(
      `Profile ${wanted.profile}`,
      `that cannot be issued here; there are: ${profiles.join(', ')}.`,
    )
  }
  const { revoke, ...found } = profile(wanted.profile)
  const key = createPrivateKey(await generateKey(wanted.key ?? found.key))
  const { certificate } = intermediate
  const leaf = await issueCertificate({
    profile: found,
    subject: {
      publicKey: createPublicKey(key),
      commonName: wanted.name,
      organization: ORGANIZATION,
      names: { uri: wanted.uris },
    },
    issuer: { certificate, key: createPrivateKey(intermediate.key), urls: urlsOf(url, files.intermediate) },
    at: new Date(),
  })
  const entry = issuedEntry(leaf, files.intermediate)
  const revoked = revoke === 'leaf'
  authority.note(entry, ...(revoked ? [revokedEntry(entry.issued, entry.issuer, 'keyCompromise')] : []))
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key: pem, chain: [leaf, certificate], entry, revoked }
}

export const pemOf = ({ chain }: IssuedCredential): string => chain.map(toPem).join('')

/** @param name for who looks into the file */
export const pkcs12Of = ({ key, chain }: IssuedCredential, password: string, name: string): Promise<Buffer> =>
  pkcs12(key, chain, password, name)

/** Revoked already: as it was revoked. @throws Unusable when it issued no such certificate */
export function revokeSerial(
  authority: Authority,
  given: string,
  reason: RevocationReason,
): Revoked & { isNew: boolean } {
  const serial = serialOf(given)
  const entries = authority.entries()
  const before = entries.find((entry): entry is Revoked => 'revoked' in entry && entry.revoked === serial)
  if (before) return { ...before, isNew: false }
  const issued = entries.find((entry): entry is Issued => 'issued' in entry && entry.issued === serial)
  if (!issued) {
    throw new Unusable(authority.folder, `it issued no certificate with the serial number ${serial}.`)
  }
  const entry = revokedEntry(serial, issued.issuer, reason)
  authority.note(entry)
  return { ...entry, isNew: true }
}

/** As CRL and OCSP say it: in whole seconds. */
function revokedEntry(serial: string, issuer: string, reason: RevocationReason): Revoked {
  const at = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString()
  return { revoked: serial, issuer, at, reason }
}

function serialOf(given: string): string {
  try {
    return serialText(serialBytes(given.replaceAll(':', '')))
  } catch {
    throw new Unusable(given, 'it is neither a file nor a serial number in hexadecimal.')
  }
}
