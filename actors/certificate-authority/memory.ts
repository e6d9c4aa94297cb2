/** What a certificate authority remembers: its certificates, and what it issued and revoked. Its keys are lent again. */
import { createPrivateKey } from 'node:crypto'
import { urlsOf } from '../../certs/urls.ts'
import { isObject } from '../../wire/json.ts'
import type { AuthorityRecord } from '../actor.ts'
import type { Store } from '../store.ts'
import { Authority } from './authority.ts'
import type { Beginning, Community, Ledger } from './community.ts'

const CERTIFICATES = 'certificates'
const ISSUED = 'issued/'
const REVOKED = 'revoked/'

/** Told before anybody is answered. */
export const ledgerIn = (state: Store): Ledger => ({
  issued: ({ serial, issuer }) => state.set(ISSUED + serial, issuer),
  revoked: ({ serial, ...revocation }) => state.set(REVOKED + serial, revocation),
})

/** What was issued and revoked in its earlier lives. */
export function remembered(state: Store): Pick<AuthorityRecord, 'issued' | 'revoked'> {
  const issued = state.entries(ISSUED).map(([key, issuer]) => ({
    serial: key.slice(ISSUED.length),
    issuer: String(issuer),
  }))
  const revoked = state.entries(REVOKED).flatMap(([key, one]) =>
    isObject(one)
      ? {
          serial: key.slice(REVOKED.length),
          issuer: String(one.issuer),
          at: String(one.at),
          reason: String(one.reason),
        }
      : [],
  )
  return { issued, revoked }
}

/**
 * The certificates as they were. At another URL its intermediate gets a new certificate, which says where its root's list
 * is now; name and key stay, so that what it issued stays good.
 *
 * @returns undefined when this is its first life
 */
export async function recordIn(
  state: Store,
  community: string,
  { name, url, keys, now }: Beginning,
): Promise<AuthorityRecord | undefined> {
  const kept = state.get(CERTIFICATES)
  const [rootKey, intermediateKey] = keys
  if (!isObject(kept) || rootKey === undefined || intermediateKey === undefined) return undefined
  const root = String(kept.root)
  let intermediate = String(kept.intermediate)
  if (kept.url !== url) {
    const above = Authority.restored(
      Buffer.from(root, 'base64'),
      createPrivateKey(rootKey),
      urlsOf(url, 'root'),
      now(),
    )
    const below = await above.below(
      `${name} intermediate`,
      createPrivateKey(intermediateKey),
      urlsOf(url, 'intermediate'),
      now(),
    )
    intermediate = below.certificate.toString('base64')
  }
  return { community, root, intermediate, issued: [], revoked: [] }
}

export function remember(state: Store, url: string, { root, intermediate }: Community): void {
  state.set(CERTIFICATES, {
    url,
    root: root.certificate.toString('base64'),
    intermediate: intermediate.certificate.toString('base64'),
  })
}
