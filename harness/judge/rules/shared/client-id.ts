/** The client_id by which a client speaks of itself to an authorization server. */
import { isObject, type Json } from '../../../../wire/json.ts'
import { type History, isSuccess } from '../../history.ts'
import type { Message, MessageKind } from '../../message.ts'

/** Where a client says who it is. */
export const naming: MessageKind[] = ['authorization-request', 'client-assertion']

export function clientIdIn({ kind, body }: Message): Json | undefined {
  return kind === 'client-assertion' ? body?.iss : body?.client_id
}

/**
 * Is it one that the reader of a message gave to its author? Nothing when the reader gave none in the case, or, being
 * elsewhere, may have given it before; `given` is the newest.
 */
export function ownClientId(
  used: Json | undefined,
  message: Message,
  history: History,
): { given: Json; isOwn: boolean } | undefined {
  const { author, reader } = message
  const all = history
    .before(message, 'registration-response')
    .filter((one) => one.author === reader && one.reader === author && isSuccess(one.status))
    .flatMap(({ body }) => body?.client_id ?? [])
  const [given] = all
  if (author === undefined || reader === undefined || given === undefined) return undefined
  const isOwn = used !== undefined && all.includes(used)
  return isOwn || !history.isElsewhere(reader) ? { given, isOwn } : undefined
}

/** Later messages of this client to this server with this client_id, until it is given to the client anew. */
export function usesOf(clientId: Json, answer: Message, { messages }: History): Message[] {
  const later = messages.slice(messages.indexOf(answer) + 1)
  const again = later.findIndex((one) => gives(one, clientId) && one.reader === answer.reader)
  return (again < 0 ? later : later.slice(0, again)).filter(
    (one) =>
      naming.includes(one.kind) &&
      one.author === answer.reader &&
      one.reader === answer.author &&
      clientIdIn(one) === clientId,
  )
}

/** A registration, new or modified, with this client_id. */
function gives({ kind, status, body }: Message, clientId: Json): boolean {
  return (
    kind === 'registration-response' &&
    isSuccess(status) &&
    isObject(body) &&
    body.client_id === clientId &&
    !cancels(body.grant_types)
  )
}

export const cancels = (grantTypes: Json | undefined): boolean =>
  Array.isArray(grantTypes) && grantTypes.length === 0
