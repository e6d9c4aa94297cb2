/** Why a server has to refuse the software statement of a registration (UDAP DCR 4.1 to 4.3). */
import { isStrings } from '../../../../wire/json.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { leafOf, uriNamesOf } from '../../trust.ts'
import { withName, words } from '../../words.ts'
import { isUdap, refusal } from './accepted.ts'
import { SKEW_S } from './skew.ts'
import { wrongChain, wrongSignature } from './trusted.ts'
import { normalized } from './uri.ts'

export type FlawKind =
  | 'format'
  | 'signature'
  | 'trust'
  | 'issuer'
  | 'subject'
  | 'audience'
  | 'expiry'
  | 'claims'

export interface Flaw {
  kind: FlawKind
  /** After "a software statement". */
  what: string
}

/** None of a request that is not by UDAP, or that has no statement at all. */
export function flawsOf(response: Message, view: View): Flaw[] | undefined {
  const statement = isUdap(response) ? statementOf(response, view.history) : undefined
  if (!statement) return undefined
  const { jwt, body, hop } = statement
  if (!jwt || !body) return [{ kind: 'format', what: 'that is no JWT' }]
  const { iss, sub, aud, exp, iat, jti } = body
  const flaws: Flaw[] = []
  const flaw = (kind: FlawKind, what: string | undefined) => what !== undefined && flaws.push({ kind, what })
  const having = (what: string | undefined) => what && `with ${what}`
  flaw('signature', having(wrongSignature(jwt)))
  flaw('trust', having(wrongChain(jwt, hop, view)))
  for (const [name, good] of Object.entries({
    iss: typeof iss === 'string',
    exp: typeof exp === 'number',
    iat: typeof iat === 'number',
    jti: typeof jti === 'string' && jti !== '',
  })) {
    if (!good) flaw('claims', `with ${withName(name, body[name])}`)
  }
  const leaf = leafOf(jwt)
  if (leaf && typeof iss === 'string' && !isAmong(uriNamesOf(leaf), iss))
    flaw('issuer', `with iss ${words(iss)}, which its certificate does not name,`)
  if (sub !== iss) flaw('subject', `with sub ${words(sub)} and iss ${words(iss)}`)
  if (!isFor(aud, statement, view)) flaw('audience', `with aud ${words(aud)}`)
  flaw('expiry', expiryOf(exp, statement, view))
  return flaws
}

/** A server may compare URIs as they stand or normalised (7.1.5): what is the same by either need not be refused. */
const isAmong = (uris: string[], uri: string) => uris.map(normalized).includes(normalized(uri))

function isFor(aud: unknown, { hop, reader }: Message, { stage }: View): boolean {
  const published = reader === undefined ? undefined : stage.actors[reader]?.endpoints.registration
  const own = [hop.request?.url, published].flatMap((url) => url ?? [])
  const named = isStrings(aud) ? aud : typeof aud === 'string' ? [aud] : []
  return named.some((url) => isAmong(own, url))
}

function expiryOf(exp: unknown, { hop, reader }: Message, { stage }: View): string | undefined {
  const policy = reader === undefined ? undefined : stage.actors[reader]?.policy.skewS
  const skewS = Math.max(SKEW_S, typeof policy === 'number' ? policy : 0)
  const agoS = typeof exp === 'number' ? Math.round(clockMs(hop, 'to') / 1000 - exp) : 0
  return agoS > skewS ? `that expired ${agoS} s ago` : undefined
}

/** A statement that is wrong in one of these ways is refused. */
export const refuses =
  (...kinds: FlawKind[]): Rule['judge'] =>
  (response, view) => {
    const flaw = flawsOf(response, view)?.find(({ kind }) => kinds.includes(kind))
    return flaw && refusal(response, `a software statement ${flaw.what}`)
  }
