/** For tests: two communities that know each other by files alone, ours in an authority that lasts, theirs elsewhere. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bed } from '../../actors/fixture-bed.ts'
import { type Community, startCommunity } from '../../actors/fixture-community.ts'
import { createTlsRoot, issueTlsCertificate, toPem } from '../../certs/tls.ts'
import { createAuthority } from '../../harness/pki/create.ts'
import { freePort } from '../../harness/run/docker/ports.ts'

export interface Strangers {
  theirs: Community
  /** Of their server. */
  tls: { cert: string; key: string }
  /** What they import of ours: TLS roots in PEM, trust anchors in base64 DER. */
  ours: { tlsRoots: string[]; anchors: string[] }
}

/** What testbed.yaml names lies in the folder then: `authority`, `their-root.pem`, `their-tls-root.pem`. */
export async function strangers(bed: Bed, folder: string, host: string): Promise<Strangers> {
  const tlsRoot = await createTlsRoot()
  const { chain: cert, key } = await issueTlsCertificate(tlsRoot, [host])
  const theirs = await startCommunity(bed, 'theirs')
  const ours = await createAuthority({
    folder: join(folder, 'authority'),
    community: 'urn:example:ours',
    url: `http://ca.localhost:${await freePort()}`,
    key: 'ec-p256',
  })
  writeFileSync(join(folder, 'their-root.pem'), toPem(Buffer.from(theirs.root, 'base64')))
  writeFileSync(join(folder, 'their-tls-root.pem'), tlsRoot.certificate)
  return {
    theirs,
    tls: { cert, key },
    ours: {
      tlsRoots: [ours.tlsRoot.certificate],
      anchors: [ours.root.certificate.toString('base64')],
    },
  }
}
