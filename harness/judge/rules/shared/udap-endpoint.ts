/** Which document a client took an endpoint from, when its server has several (UDAP Server Metadata). */
import type { Message, MessageKind } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { published } from './metadata.ts'
import { signedClaimsOf } from './signed-metadata.ts'

const names: Partial<Record<MessageKind, string>> = {
  'registration-request': 'registration_endpoint',
  'authorization-request': 'authorization_endpoint',
  'token-request': 'token_endpoint',
}
const others: MessageKind[] = [
  'smart-configuration-response',
  'as-metadata-response',
  'openid-configuration-response',
]

/** Judged where the client has read both. */
export const usesUdapEndpoint: Rule['judge'] = (message, { history }) => {
  const name = names[message.kind]
  if (name === undefined) return undefined
  const isRead = (one: Message) => one.reader === message.author && one.body?.[name] !== undefined
  const metadata = history.before(message, 'metadata').find((one) => isRead(one) && published(one))
  const other = others
    .flatMap((kind) => history.before(message, kind))
    .find((one) => isRead(one) && one.status === 200 && one.author === metadata?.author)
  if (!metadata || !other) return undefined
  const url = message.hop.request?.url ?? ''
  const isAt = (endpoint: unknown) =>
    typeof endpoint === 'string' && (url === endpoint || url.startsWith(`${endpoint}?`))
  const udap = [metadata.body?.[name], signedClaimsOf(metadata)?.[name]]
  if (udap.some(isAt)) return 'met'
  if (!isAt(other.body?.[name])) return undefined
  return {
    expected: `the ${name} of UDAP metadata, ${words(udap[0])}`,
    seen: `that of the other metadata, ${words(other.body?.[name])}`,
  }
}
