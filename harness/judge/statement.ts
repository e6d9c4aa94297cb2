/** The JWT that came with a request, looked up from the response to it. */
import type { History } from './history.ts'
import type { Message, MessageKind } from './message.ts'

/** The software statement that a registration response answers. */
export const statementOf = (response: Message, history: History): Message | undefined =>
  jwtOf(response, 'software-statement', history)

/** The client assertion (Authentication Token) that a token response answers. */
export const assertionOf = (response: Message, history: History): Message | undefined =>
  jwtOf(response, 'client-assertion', history)

function jwtOf({ of }: Message, kind: MessageKind, history: History): Message | undefined {
  return of && history.after(of, kind).find((one) => one.of === of)
}
