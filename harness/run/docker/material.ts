/** What a file of an image holds of its case: certificates, keys and what it is to trust. */
import { X509Certificate } from 'node:crypto'
import type { Context } from '../../../actors/actor.ts'
import { pkcs12 } from '../../../certs/pkcs12.ts'
import { toPem } from '../../../certs/tls.ts'
import type { Material } from '../../plan/schema-image.ts'
import { StageBroken } from '../stage-broken.ts'

/** @throws StageBroken when the actor has no such thing */
export async function materialOf(
  holds: Material,
  password: string,
  { name, tls, credentials, anchors }: Context,
): Promise<string | Buffer> {
  const [credential] = credentials
  const udap = credential && { key: credential.key, chain: credential.chain.map(fromBase64) }
  const own = tls.certificate && { key: tls.certificate.key, chain: split(tls.certificate.chain) }
  const having = <T>(one: T | undefined): T => {
    if (one === undefined)
      throw new StageBroken(`Actor "${name}" has no ${holds} that it could be given.`, name)
    return one
  }
  switch (holds) {
    case 'tls-root':
      return tls.roots.join('')
    case 'tls-certificate':
      return pems(having(own).chain)
    case 'tls-key':
      return having(own).key
    case 'tls-pkcs12':
      return pkcs12(having(own).key, having(own).chain, password, name)
    case 'udap-anchors':
      return pems(anchors.flatMap(({ certificates }) => certificates.map(fromBase64)))
    case 'udap-certificate':
      return pems(having(udap).chain)
    case 'udap-key':
      return having(udap).key
    case 'udap-pkcs12':
      return pkcs12(having(udap).key, having(udap).chain, password, name)
  }
}

const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64')

const pems = (chain: Buffer[]): string => chain.map(toPem).join('')

/** The certificates of a PEM text. */
const split = (pem: string): Buffer[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one).raw,
  )
