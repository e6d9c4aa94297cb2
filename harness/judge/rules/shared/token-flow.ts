/** Which of the guide's grants a token request is for, also when it does not say so as it should. */
import { isStrings, type JsonObject } from '../../../../wire/json.ts'
import { type History, isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { isBySecret } from './shared-secret.ts'

export type Flow = 'authorization_code' | 'client_credentials' | 'refresh_token'

const flows: readonly unknown[] = ['authorization_code', 'client_credentials', 'refresh_token']

/** The flow of a token request, or of the client assertion in it; undefined when it is another one, or unknown. */
export function flowOf(message: Message, history: History): Flow | undefined {
  const request = message.kind === 'client-assertion' ? message.of! : message
  const { grant_type, code, refresh_token } = request.body ?? {}
  if (flows.includes(grant_type)) return grant_type as Flow
  // An extension grant (RFC 6749 4.5) is none of the guide's.
  if (typeof grant_type === 'string' && grant_type.includes(':')) return undefined
  if (code !== undefined) return 'authorization_code'
  if (refresh_token !== undefined) return 'refresh_token'
  return registeredFor(request, history)
}

/** What the client registered for, when it is one flow only. */
function registeredFor(request: Message, history: History): Flow | undefined {
  const answer = history
    .before(request, 'registration-response')
    .find(
      ({ author, reader, status }) =>
        author === request.reader && reader === request.author && isSuccess(status),
    )
  if (!answer) return undefined
  const types = grantTypesOf(answer.body) ?? grantTypesOf(statementOf(answer, history)?.body) ?? []
  if (types.includes('authorization_code')) return 'authorization_code'
  return types.includes('client_credentials') ? 'client_credentials' : undefined
}

const grantTypesOf = (body: JsonObject | undefined): string[] | undefined =>
  isStrings(body?.grant_types) ? body.grant_types : undefined

/** For the token requests, and the client assertions in them, of these flows only. */
export const inFlow =
  (wanted: Flow[], judge: Rule['judge']): Rule['judge'] =>
  (message, view) => {
    // Nothing of UDAP is in a request by shared secret (1.x).
    if (isBySecret(message.kind === 'token-request' ? message : message.of!, view)) return undefined
    const flow = flowOf(message, view.history)
    return flow !== undefined && wanted.includes(flow) ? judge(message, view) : undefined
  }

/** What the consumer page says of a client assertion, the B2B page says as well; refreshing is done with the same. */
export const ofCode = (judge: Rule['judge']) => inFlow(['authorization_code', 'refresh_token'], judge)

/** The token request that trades a code. */
export const tradingCode = (judge: Rule['judge']) => inFlow(['authorization_code'], judge)

/** The token request that a refresh token comes with. */
export const refreshing = (judge: Rule['judge']) => inFlow(['refresh_token'], judge)

export const ofCredentials = (judge: Rule['judge']) => inFlow(['client_credentials'], judge)

/** A client assertion in any of the flows. */
export const ofAnyFlow = (judge: Rule['judge']) =>
  inFlow(['authorization_code', 'client_credentials', 'refresh_token'], judge)
