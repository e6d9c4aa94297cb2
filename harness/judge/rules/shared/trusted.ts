/** What is wrong with a JWT's signer, as far as the text leaves nobody a choice. */
import type { Jwt } from '../../../../wire/jwt.ts'
import type { StageCase } from '../../../trace/trace.ts'
import type { History } from '../../history.ts'
import { clockMs, type Hop } from '../../hops.ts'
import type { Message } from '../../message.ts'
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
export function wrongChain(
  jwt: Jwt,
  hop: Hop,
  { actor, history }: { actor?: string | undefined; history: History },
  at: 'from' | 'to' = 'to',
) {
  const { messages, stage } = history
  const trust = trustOf(actor, history)
  if (trust.anchors.length === 0) return undefined
  const revoked = revocationsKnown(hop, actor, stage, messages)
  return chainFlaw(jwt, trust, { ...stage, revoked }, clockMs(hop, at))
}

/**
 * Revocations that the actor had to know of. Its policy may say that it does not ask; and until the CRL or OCSP
 * answer that it has is outdated it need not ask again (RFC 5280 6.3.3). What came first, the steps tell: the time
 * of a revocation is in whole seconds.
 */
function revocationsKnown(
  hop: Hop,
  actor: string | undefined,
  { actors, revoked, steps }: StageCase,
  messages: Message[],
) {
  const { revocation = 'hard-fail' } = (actor !== undefined && actors[actor]?.policy) || {}
  if (revocation !== 'hard-fail') return []
  const placeOf = (step: string) => steps.findIndex(({ id }) => id === step)
  const asked = messages
    .filter(({ kind, reader }) => reader === actor && (kind === 'crl-response' || kind === 'ocsp-response'))
    .map((one) => placeOf(one.hop.step))
  return revoked.filter(({ step }) => {
    const now = placeOf(hop.step)
    return placeOf(step) < now && (asked.length === 0 || asked.includes(now))
  })
}
