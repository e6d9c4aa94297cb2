/** How a server answered a registration. */
import { isRefusal, isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Finding, View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { answerOf } from '../../words.ts'
import { cancels } from './client-id.ts'

/** An error in an answer of 2xx grants nothing, whatever the status says. */
export const isAccepted = ({ status, body }: Message): boolean =>
  isSuccess(status) && typeof body?.error !== 'string'

/** A request by UDAP: without its parameter `udap` it is one by RFC 7591 alone, which is not for us to judge. */
export const isUdap = ({ of }: Message): boolean => of?.body?.udap === '1'

/** Does it answer a request for cancellation (guide 3.4)? */
export function answersCancellation(response: Message, { history }: View): boolean {
  return cancels(statementOf(response, history)?.body?.grant_types)
}

/** @param what of the request, as "a software statement that is no JWT" */
export function refusal(response: Message, what: string): Finding | undefined {
  const { status } = response
  if (!isSuccess(status)) return isRefusal(status) ? 'met' : undefined
  if (!isAccepted(response)) return 'met'
  return { expected: `${what} to be refused`, seen: answerOf(response.hop) }
}
