/** Makes an authority that lasts, and moves it to another URL. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { readCertificate } from '../../certs/certificate.ts'
import { issueCertificate, issueRoot, ORGANIZATION } from '../../certs/issue.ts'
import { generateKey, type KeyAlgorithm } from '../../certs/keys.ts'
import { profile } from '../../certs/profile.ts'
import { toPem } from '../../certs/tls.ts'
import { urlsOf } from '../../certs/urls.ts'
import { type About, type Authority, certificateFile, files, keyFile, openAuthority } from './authority.ts'
import { attempt, PRIVATE, PUBLIC, replace } from './files.ts'
import { appendIndex, type Issued } from './index-file.ts'
import { Unusable } from './unusable.ts'

export interface NewAuthority {
  folder: string
  /** URI; made of the folder's name when left out. */
  community: string | undefined
  /** What its certificates name. */
  url: string
  /** Of root and intermediate. */
  key: KeyAlgorithm
}

/** All of it or nothing. @throws Unusable when the folder holds anything */
export async function createAuthority(wanted: NewAuthority): Promise<Authority> {
  const folder = resolve(wanted.folder)
  const there = existsSync(folder)
  if (there && attempt(wanted.folder, () => readdirSync(folder)).length > 0) {
    throw new Unusable(wanted.folder, 'there is something in it already. Name a folder that is empty or new.')
  }
  const name = basename(folder)
  const about = { community: wanted.community ?? `urn:udap-testbed:community:${name}`, name, url: wanted.url }
  const making = attempt(wanted.folder, () => {
    mkdirSync(dirname(folder), { recursive: true })
    return mkdtempSync(join(dirname(folder), '.authority-'))
  })
  try {
    await write(making, about, wanted.key)
    attempt(wanted.folder, () => {
      if (there) rmdirSync(folder)
      renameSync(making, folder)
    })
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    throw error
  }
  return openAuthority(wanted.folder)
}

async function write(folder: string, about: About, algorithm: KeyAlgorithm): Promise<void> {
  const at = new Date()
  const rootKey = createPrivateKey(await generateKey(algorithm))
  const root = await issueRoot(profile('root'), rootKey, `${about.name} root`, at)
  const intermediateKey = createPrivateKey(await generateKey(algorithm))
  const intermediate = await issueIntermediate(about, { certificate: root, key: rootKey }, intermediateKey)
  const tlsKey = createPrivateKey(await generateKey('ec-p256'))
  const tlsRoot = await issueRoot(profile('lasting-tls-root'), tlsKey, `${about.name} TLS root`, at)
  const pairs = [
    [files.root, root, rootKey],
    [files.intermediate, intermediate, intermediateKey],
    [files.tlsRoot, tlsRoot, tlsKey],
  ] as const
  for (const [name, certificate, key] of pairs) {
    replace(keyFile(folder, name), key.export({ type: 'pkcs8', format: 'pem' }), PRIVATE)
    replace(certificateFile(folder, name), toPem(certificate), PUBLIC)
  }
  appendIndex(folder, [issuedEntry(intermediate, files.root)])
  replace(join(folder, files.about), json(about), PUBLIC)
}

/**
 * Gives it another URL: what is issued from now on names it, and so does the intermediate, which is issued anew with
 * its old key. Anchors stay as they are.
 */
export async function moveAuthority(authority: Authority, url: string): Promise<Authority> {
  const { folder, community, name, root, intermediate } = authority
  const about = { community, name, url }
  const issuer = { certificate: root.certificate, key: createPrivateKey(root.key) }
  const moved = await issueIntermediate(about, issuer, createPrivateKey(intermediate.key))
  authority.note(issuedEntry(moved, files.root))
  replace(certificateFile(folder, files.intermediate), toPem(moved), PUBLIC)
  replace(join(folder, files.about), json(about), PUBLIC)
  return openAuthority(folder)
}

type Key = ReturnType<typeof createPrivateKey>

function issueIntermediate(
  { name, url }: About,
  root: { certificate: Buffer; key: Key },
  key: Key,
): Promise<Buffer> {
  return issueCertificate({
    profile: profile('intermediate'),
    subject: {
      publicKey: createPublicKey(key),
      commonName: `${name} intermediate`,
      organization: ORGANIZATION,
    },
    issuer: { ...root, urls: urlsOf(url, files.root) },
    at: new Date(),
  })
}

export function issuedEntry(certificate: Buffer, issuer: string): Issued {
  const { serial, notAfter, uriNames } = readCertificate(certificate)
  const at = new Date().toISOString()
  return { issued: serial, issuer, at, expires: notAfter.toISOString(), uris: uriNames }
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`
