/** The signer of a JWT that a registration brings, by the certificate in it (guide 3.1, 7.4). */
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { leafOf, signatureFlawBy, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'

/** Others are a matter of agreement (7.1.2). */
const algorithms = /^(none|HS\d+|RS256|RS384|ES256|ES384)$/i

/** The signature fits x5c[0]; another rule says so when there is no certificate. */
export function signedByLeaf({ jwt }: Message): Finding | undefined {
  const leaf = jwt && leafOf(jwt)
  const alg = jwt?.header.alg
  if (!leaf || typeof alg !== 'string' || !algorithms.test(alg)) return undefined
  const flaw = signatureFlawBy(jwt, leaf.publicKey)
  if (flaw === undefined) return 'met'
  return { expected: 'a signature by the private key of the certificate in x5c[0]', seen: flaw }
}

/** iss is a URI subject alternative name of x5c[0], to the letter (7.1.5). */
export function issuerInLeaf({ jwt, body }: Message): Finding | undefined {
  const leaf = jwt && leafOf(jwt)
  if (!leaf || typeof body?.iss !== 'string') return undefined
  const names = uriNamesOf(leaf)
  if (names.includes(body.iss)) return 'met'
  const named = names.length > 0 ? `, ${names.map((name) => words(name)).join(' or ')}` : ', which has none'
  return { expected: `iss a URI name of the certificate in x5c[0]${named}`, seen: words(body.iss) }
}
