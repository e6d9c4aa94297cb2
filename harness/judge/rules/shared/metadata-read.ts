import type { JsonObject } from '../../../../wire/json.ts'
import { addressOf } from '../../authorization.ts'
import type { History } from '../../history.ts'
import type { Message } from '../../message.ts'

/** The metadata that a client read last before a request, of a server that has this endpoint. */
export function metadataRead(request: Message, history: History): JsonObject | undefined {
  const endpoint = addressOf(request.hop.request?.url)
  const read = history.before(request, 'metadata').find(({ reader, body }) => {
    const known = [body?.authorization_endpoint, body?.token_endpoint, body?.registration_endpoint]
    return reader === request.author && endpoint !== undefined && known.map(addressOf).includes(endpoint)
  })
  return read?.body
}
