/** A certificate authority that lasts: a folder with a community's root and intermediate, and a root for TLS. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AuthorityRecord } from '../../actors/actor.ts'
import { sameKey } from '../../certs/key-pair.ts'
import type { TlsRoot } from '../../certs/tls.ts'
import { isObject } from '../../wire/json.ts'
import { readBytes } from './files.ts'
import { appendIndex, type Entry, readIndex } from './index-file.ts'
import { Unusable } from './unusable.ts'

export interface Pair {
  /** DER. */
  certificate: Buffer
  /** PEM PKCS#8. */
  key: string
}

export interface Authority {
  folder: string
  /** URI. */
  community: string
  /** For people. */
  name: string
  /** What its certificates name, for example http://127.0.0.1:5380: CRL, OCSP and issuers are below it. */
  url: string
  root: Pair
  intermediate: Pair
  tlsRoot: TlsRoot
  /** Everything up to now; what others append meanwhile is there the next time. */
  entries(): Entry[]
  /** Durable when it returns. */
  note(...entries: Entry[]): void
  /** For the actor that it becomes, whose keys are those of `root` and `intermediate`. */
  record(): AuthorityRecord
}

/** The folder and what is in it: `certs ca` makes it. */
export const files = {
  about: 'community.json',
  root: 'root',
  intermediate: 'intermediate',
  tlsRoot: 'tls-root',
} as const

export const certificateFile = (folder: string, name: string): string => join(folder, `${name}.pem`)
export const keyFile = (folder: string, name: string): string => join(folder, `${name}.key`)

/** @throws Unusable naming the file that is missing or wrong */
export function openAuthority(folder: string): Authority {
  const about = aboutOf(folder)
  const root = readPair(folder, files.root)
  const intermediate = readPair(folder, files.intermediate)
  const tlsRoot = readPair(folder, files.tlsRoot)
  if (
    !new X509Certificate(intermediate.certificate).verify(new X509Certificate(root.certificate).publicKey)
  ) {
    const why = `it is not signed by ${certificateFile(folder, files.root)}. The two must be of one authority.`
    throw new Unusable(certificateFile(folder, files.intermediate), why)
  }
  return {
    folder,
    ...about,
    root,
    intermediate,
    tlsRoot: { certificate: new X509Certificate(tlsRoot.certificate).toString(), key: tlsRoot.key },
    entries: () => readIndex(folder),
    note: (...entries) => appendIndex(folder, entries),
    record: () => ({
      community: about.community,
      root: root.certificate.toString('base64'),
      intermediate: intermediate.certificate.toString('base64'),
      ...split(readIndex(folder)),
    }),
  }
}

/** As the actor reads them. */
export function split(entries: Entry[]): Pick<AuthorityRecord, 'issued' | 'revoked'> {
  return {
    issued: entries.flatMap((entry) =>
      'issued' in entry ? [{ serial: entry.issued, issuer: entry.issuer }] : [],
    ),
    revoked: entries.flatMap((entry) => {
      if (!('revoked' in entry)) return []
      const { revoked: serial, issuer, at, reason } = entry
      return [{ serial, issuer, at, reason }]
    }),
  }
}

export interface About {
  community: string
  name: string
  url: string
}

function aboutOf(folder: string): About {
  const file = join(folder, files.about)
  if (!existsSync(file)) {
    const why = `there is no ${files.about} in it, so this is no authority. \`certs ca ${folder}\` makes one.`
    throw new Unusable(folder, why)
  }
  const { community, name, url } = parsed(file)
  if (typeof community === 'string' && typeof name === 'string' && typeof url === 'string') {
    return { community, name, url }
  }
  throw new Unusable(file, 'it must be an object with community, name and url, all of them text.')
}

function parsed(file: string) {
  try {
    const value: unknown = JSON.parse(readBytes(file).toString('utf8'))
    return isObject(value) ? value : {}
  } catch (error) {
    if (error instanceof Unusable) throw error
    throw new Unusable(file, `it is not valid JSON (${(error as Error).message}).`, { cause: error })
  }
}

function readPair(folder: string, name: string): Pair {
  const [certificatePath, keyPath] = [certificateFile(folder, name), keyFile(folder, name)]
  const certificate = reading(certificatePath, 'a certificate', (text) => new X509Certificate(text))
  const key = reading(keyPath, 'a private key', (text) => createPrivateKey(text))
  if (!sameKey(createPublicKey(key), certificate.publicKey))
    throw new Unusable(keyPath, `it is not the key of ${certificatePath}.`)
  return { certificate: certificate.raw, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function reading<T>(file: string, what: string, read: (text: Buffer) => T): T {
  const bytes = readBytes(file)
  try {
    return read(bytes)
  } catch (error) {
    throw new Unusable(file, `it is not ${what} in PEM.`, { cause: error })
  }
}
