/** The registration that a later one modifies: same client, same endpoint, same iss, same community (guide 3.4). */
import { type History, isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import { statementOf } from '../../statement.ts'
import { leafOf } from '../../trust.ts'
import { cancels } from './client-id.ts'

/** The successful answer to it, newest first; a certificate of the same issuer is one of the same community. */
export function earlierRegistration(statement: Message, history: History): Message | undefined {
  const mine = sameness(statement)
  if (!mine) return undefined
  const last = history.before(statement, 'registration-response').find((answer) => {
    const other = isSuccess(answer.status) && statementOf(answer, history)
    return other && sameness(other) === mine && other.author === statement.author
  })
  return last && !cancels(last.body?.grant_types) ? last : undefined
}

function sameness({ body, jwt, hop }: Message): string | undefined {
  const leaf = jwt && leafOf(jwt)
  return leaf && JSON.stringify([hop.request?.url, body?.iss, leaf.issuer])
}
