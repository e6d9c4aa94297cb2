/** A consumer app that authenticates by a secret, where the version of the guide lets it (1.x, Consumer 4.2). */
import { registrationOf } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { isSent } from './authorization-request.ts'

/** Without an assertion; who registered with UDAP has a key, and ought to have used it. */
export function isBySecret(request: Message, { parameters, history }: View): boolean {
  const { body, hop, reader } = request
  if (parameters.token.sharedSecret !== 'allowed' || isSent(body, 'client_assertion')) return false
  const credentials = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(hop.request?.headers.authorization ?? '')?.[1]
  if (credentials === undefined && !isSent(body, 'client_secret')) return false
  const id = credentials === undefined ? body?.client_id : idIn(credentials)
  return registrationOf(id, reader, request, history) === undefined
}

/** RFC 6749 2.3.1: written as a form writes it. */
function idIn(credentials: string): string {
  const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':', 1)
  return new URLSearchParams(`id=${id}`).get('id') ?? ''
}
