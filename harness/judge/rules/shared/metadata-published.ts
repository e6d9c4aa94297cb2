/** What was published about the server that gives an answer, as its clients had read it (guide 2.2). */
import type { JsonObject } from '../../../../wire/json.ts'
import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'

/** The newest metadata that name the URL to which the answered request went. */
export function metadataPublished(
  response: Message,
  endpoint: 'registration_endpoint' | 'token_endpoint',
  { history }: View,
): JsonObject | undefined {
  const url = response.of?.hop.request?.url
  return history
    .before(response, 'metadata')
    .find(({ status, body }) => isSuccess(status) && body?.[endpoint] === url && url !== undefined)?.body
}
