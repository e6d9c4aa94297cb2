/** The certificates of whatever is named: a file, an HTTPS server, or what signed a server's UDAP metadata. */
import { type ParsedCertificate, readCertificate } from '../../certs/certificate.ts'
import { readX5c } from '../../certs/x5c.ts'
import { isObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { parseJson } from '../../wire/parse.ts'
import { contentsIn } from './credential.ts'
import type { Secret } from './secret.ts'
import { Unusable } from './unusable.ts'
import { getText, tlsChain } from './web.ts'

export interface Seen {
  /** What was looked at, in words. */
  what: string
  certificates: ParsedCertificate[]
}

/** @throws Unusable */
export async function lookAt(target: string, password: Secret | undefined): Promise<Seen> {
  if (!/^https?:\/\//i.test(target)) return inFile(target, password)
  if (!URL.canParse(target)) throw new Unusable(target, 'it is no URL.')
  const url = new URL(target)
  if (url.pathname.endsWith('/.well-known/udap')) return inMetadata(url)
  if (url.protocol === 'http:') {
    const hint = 'Name an https URL for its TLS certificates, or one that ends in /.well-known/udap.'
    throw new Unusable(target, `there is no certificate in plain HTTP. ${hint}`)
  }
  const { certificates, distrusted } = await tlsChain(url)
  const trust =
    distrusted === undefined ? 'trusted by public roots' : `not trusted by public roots: ${distrusted}`
  return {
    what: `TLS of ${url.host}, ${trust}`,
    certificates: certificates.map(readCertificate),
  }
}

function inFile(file: string, password: Secret | undefined): Seen {
  const { keys, certificates } = contentsIn(file, password)
  if (certificates.length === 0) throw new Unusable(file, 'there is no certificate in it.')
  const withKeys = ['', ', and the key', `, and ${keys.length} keys`][Math.min(keys.length, 2)]
  return { what: `${file}${withKeys}`, certificates }
}

async function inMetadata(url: URL): Promise<Seen> {
  const metadata = parseJson(await getText(url))
  const signed = isObject(metadata) ? metadata.signed_metadata : undefined
  const jwt = typeof signed === 'string' ? decodeJwt(signed) : undefined
  if (!jwt) throw new Unusable(url.href, 'there is no signed_metadata in it that is a JWT.')
  try {
    const { iss } = jwt.claims
    const certificates = readX5c(jwt.header.x5c)
    return {
      what: `signed_metadata of ${url.href}, which says iss ${JSON.stringify(iss)}`,
      certificates,
    }
  } catch (error) {
    throw new Unusable(`${url.href}: signed_metadata`, (error as Error).message, { cause: error })
  }
}
