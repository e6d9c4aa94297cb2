/** A token request as its answer is judged by it, with the assertion that authenticates it. */
import type { JsonObject } from '../../../../wire/json.ts'
import type { Jwt } from '../../../../wire/jwt.ts'
import { registrationOf } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { withKeySet } from './jku.ts'

export interface TokenRequest {
  /** The token response. */
  response: Message
  body: JsonObject
  /** Claims of the client assertion; empty when it cannot be read. */
  claims: JsonObject
  assertion: Message | undefined
  /** The assertion; with the x5c of its key set, where a jku stands for it (guide 7.6). */
  jwt: Jwt | undefined
  /** The registration of who the assertion says to be, as the server answered it. */
  registration: Message | undefined
  view: View
}

/** `undefined` when the request cannot be read: another rule says so. */
export function tokenRequestOf(response: Message, view: View): TokenRequest | undefined {
  const body = response.of?.body
  if (!body) return undefined
  const assertion = assertionOf(response, view.history)
  const claims = assertion?.body ?? {}
  const registration = registrationOf(claims.iss, response.author, response, view.history)
  const jwt = assertion && withKeySet(assertion, view.history)
  return { response, body, claims, assertion, jwt, registration, view }
}

/** What the profiles and RFCs ask of every token endpoint. */
export const always = (): boolean => true

/** An identity provider's token endpoint has rows of its own (guide 6). */
export const isDataHolders = ({ response, view: { history } }: TokenRequest): boolean =>
  history.kindOf(response.author) !== 'identity-provider'

/** Who a person sent, and not an organization: the flows that the consumer page describes, too. */
export const isByPerson = (request: TokenRequest): boolean =>
  isDataHolders(request) && request.body.grant_type !== 'client_credentials'
