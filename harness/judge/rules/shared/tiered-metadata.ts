/** Who takes part in Tiered OAuth, as far as metadata and the case tell (guide 6). */
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { authorizationServerOf, listOf, published } from './metadata.ts'

/** By the scope `udap`, which is for nothing else, or by what it did: it sent somebody to an identity provider. */
export function isTiered(message: Message, { history, stage }: View): boolean {
  const body = published(message)
  if (!body) return false
  if (listOf(body, 'scopes_supported')?.includes('udap')) return true
  const server = authorizationServerOf(message.author, stage)
  return history.messages.some(
    ({ kind, author }) => kind === 'authorization-request' && author !== undefined && author === server,
  )
}
