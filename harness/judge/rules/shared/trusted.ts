/** What is wrong with a JWT's signer, as far as the text leaves nobody a choice. */
import type { Jwt } from '../../../../wire/jwt.ts'
import type { StageCase } from '../../../trace/trace.ts'
import { clockMs, type Hop } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { chainFlaw, signatureFlaw, trustOf } from '../../trust.ts'

/** Those of the guide's table, none, and those that need no private key. */
const judged = /^(RS256|ES256|RS384|ES384|none|HS\d+)$/

/** Algorithms beyond the guide's table are for a community to agree on (7.1.2): their signatures are not judged. */
export function wrongSignature(jwt: Jwt): string | undefined {
  const { alg } = jwt.header
  if (typeof alg === 'string' && !judged.test(alg)) return undefined
  return signatureFlaw(jwt)
}

/** Why this actor must not trust the JWT's certificate when the hop arrives; nothing when whom it trusts is unknown. */
export function wrongChain(jwt: Jwt, hop: Hop, { actor, history, stage }: View, at: 'from' | 'to' = 'to') {
  const trust = trustOf(actor, stage)
  if (trust.anchors.length === 0) return undefined
  const atMs = clockMs(hop, at)
  const known = { ...stage, revoked: revocationsKnown(actor, stage, history.messages) }
  return chainFlaw(jwt, trust, known, atMs)
}

/**
 * Revocations that the actor had to know of. Its policy may say that it does not ask; and until the CRL or OCSP
 * answer that it has is outdated it need not ask again (RFC 5280 6.3.3).
 */
function revocationsKnown(actor: string | undefined, { actors, revoked }: StageCase, messages: Message[]) {
  const { revocation = 'hard-fail' } = (actor !== undefined && actors[actor]?.policy) || {}
  if (revocation !== 'hard-fail') return []
  const asked = messages
    .filter(({ kind, reader }) => reader === actor && (kind === 'crl-response' || kind === 'ocsp-response'))
    .map(({ hop }) => clockMs(hop, 'from'))
  return revoked.filter(({ at }) => {
    const sinceMs = Date.parse(at)
    return asked.some((ms) => ms >= sinceMs) || !asked.some((ms) => ms < sinceMs)
  })
}
