/** What an authority shows to others: certificates without keys, as PEM and as DER. */
import { X509Certificate } from 'node:crypto'
import { basename } from 'node:path'
import { toPem } from '../../certs/tls.ts'
import type { Authority } from './authority.ts'

export interface PublicFile {
  name: string
  contents: string | Buffer
  /** In words. */
  what: string
}

/** @returns file names that stay in one folder, whatever somebody has written into community.json */
export function publicFiles({ name, community, root, intermediate, tlsRoot }: Authority): PublicFile[] {
  const each = (file: string, certificate: Buffer, what: string): PublicFile[] => [
    { name: basename(`${name}-${file}.pem`), contents: toPem(certificate), what: `${what}, PEM` },
    { name: basename(`${name}-${file}.cer`), contents: certificate, what: `${what}, DER` },
  ]
  return [
    ...each('root', root.certificate, `trust anchor of community ${community}`),
    ...each('intermediate', intermediate.certificate, 'its issuing authority, for who does not read x5c'),
    ...each('tls-root', new X509Certificate(tlsRoot.certificate).raw, 'root of our HTTPS servers'),
  ]
}
