/** What a client does after unapproved_software_statement (UDAP DCR 5.2). */
import type { X509Certificate } from 'node:crypto'
import type { History } from '../../history.ts'
import type { Message } from '../../message.ts'
import { statementOf } from '../../statement.ts'
import { leafOf } from '../../trust.ts'

/** The certificate that was not approved of, and the later statements of that client to the same endpoint. */
export function retriesOf(
  answer: Message,
  history: History,
): { leaf: X509Certificate; later: Message[] } | undefined {
  if (answer.body?.error !== 'unapproved_software_statement') return undefined
  const refused = statementOf(answer, history)
  const leaf = refused?.jwt && leafOf(refused.jwt)
  if (!leaf) return undefined
  const later = history
    .after(answer, 'software-statement')
    .filter(({ author, hop }) => author === answer.reader && hop.request?.url === answer.hop.request?.url)
  return { leaf, later }
}
