/** The certifications of a registration, and why a server has to reject one (UDAP Certifications 6.1 to 6.5). */
import { isStrings, type JsonObject } from '../../../../wire/json.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { leafOf, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { SKEW_S } from './skew.ts'
import { wrongChain, wrongSignature } from './trusted.ts'
import { normalized } from './uri.ts'

export interface CertificationFlaw {
  kind: 'signature' | 'trust' | 'contents'
  /** After "a certification". */
  what: string
}

/** Those that came with the request that this answers. */
export function certificationsOf({ of }: Message, { history }: View): Message[] {
  return of ? history.after(of, 'certification').filter((one) => one.of === of) : []
}

export const urisOf = ({ body }: Message): string[] =>
  isStrings(body?.certification_uris) ? body.certification_uris : []

/** Is one of its programmes among these? */
export const isOf = (certification: Message, programmes: string[]): boolean =>
  urisOf(certification).some((uri) => programmes.includes(uri))

export function certificationFlaw(
  certification: Message,
  response: Message,
  view: View,
): CertificationFlaw | undefined {
  const { jwt, body, hop } = certification
  if (!jwt || !body) return { kind: 'signature', what: 'that is no JWT' }
  const signature = wrongSignature(jwt)
  if (signature) return { kind: 'signature', what: `with ${signature}` }
  const contents = contentsFlaw(certification, response, view)
  if (contents) return { kind: 'contents', what: contents }
  // Whom a server elsewhere trusts to certify, the case does not say.
  const chain = view.history.isElsewhere(response.author) ? undefined : wrongChain(jwt, hop, view)
  return chain === undefined ? undefined : { kind: 'trust', what: `with ${chain}` }
}

function contentsFlaw({ jwt, body, hop }: Message, response: Message, view: View): string | undefined {
  if (!jwt || !body) return undefined
  const { iss, sub, exp } = body
  const leaf = leafOf(jwt)
  if (typeof iss !== 'string' || (leaf && !uriNamesOf(leaf).map(normalized).includes(normalized(iss))))
    return `with iss ${words(iss)}, which its certificate does not name,`
  const statement = statementOf(response, view.history)?.body
  if (statement && sub !== statement.iss) return `about ${words(sub)}`
  if (!isFor(body, response, view)) return `for ${words(body.aud)}`
  const agoS = typeof exp === 'number' ? Math.round(clockMs(hop, 'to') / 1000 - exp) : undefined
  if (agoS === undefined) return exp === undefined ? 'with no exp' : `with exp ${words(exp)}`
  if (agoS > SKEW_S) return `that expired ${agoS} s ago`
  const beyond = statement && beyondIt(body, statement)
  return beyond && `with ${beyond} ${words(body[beyond])} for a client with ${words(statement[beyond])}`
}

/** Without aud it is for every server. */
function isFor(body: JsonObject, { author, hop }: Message, { stage }: View): boolean {
  if (!Object.hasOwn(body, 'aud')) return true
  const { aud } = body
  const own = [hop.request?.url, stage.actors[author ?? '']?.endpoints.registration]
  const named = isStrings(aud) ? aud : typeof aud === 'string' ? [aud] : []
  return named.some((one) => own.some((url) => url !== undefined && normalized(url) === normalized(one)))
}

/** Scopes and redirect URIs, which may have wildcards, are left out: what those match is not fixed everywhere. */
function beyondIt(certified: JsonObject, asked: JsonObject): string | undefined {
  const list = ['grant_types', 'response_types'].find((name) => {
    const [limits, all] = [certified[name], asked[name]]
    return isStrings(limits) && isStrings(all) && all.some((one) => !limits.includes(one))
  })
  const same = ['client_name', 'software_id', 'software_version', 'token_endpoint_auth_method']
  return (
    list ??
    same.find((name) => {
      const [limit, one] = [certified[name], asked[name]]
      return limit !== undefined && one !== undefined && limit !== one
    })
  )
}
