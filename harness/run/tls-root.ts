/** The root of the TLS certificates of a run: that of the authority that lasts, else a throw-away one. */
import { createTlsRoot, type TlsRoot } from '../../certs/tls.ts'
import { openAuthority } from '../pki/authority.ts'

/** @param authority its folder */
export function tlsRootOf(authority: string | undefined): Promise<TlsRoot> {
  return authority === undefined ? createTlsRoot() : Promise.resolve(openAuthority(authority).tlsRoot)
}
