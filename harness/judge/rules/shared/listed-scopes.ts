/** Whether metadata lists the scopes that who read it was granted (guide 7.3). */
import { scopeTokens } from '../../../../wire/oauth.ts'
import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { authorizationServerOf, listOf, published } from './metadata.ts'

/** Context, type of resource and permissions, as SMART writes them. */
export const fhirScope = /^(patient|user|system)\/([A-Za-z]+|\*)\.[a-z*]+$/

/** Those granted as they were asked for; nothing is known where several FHIR servers share one authorization server. */
export function grantedTo(message: Message, { history, stage }: View): string[] {
  const server = authorizationServerOf(message.author, stage)
  const sharing = Object.values(stage.actors).filter(({ links }) => links.tokensFrom === server)
  if (server === undefined || sharing.length > 1) return []
  const granted = history
    .after(message, 'registration-response')
    .filter(({ author, hop, reader, status }) => {
      // What a server grants by a fault it does not support.
      const isHonest = hop.faults.length === 0
      return author === server && reader === message.reader && isSuccess(status) && isHonest
    })
    .flatMap((one) => {
      const asked = tokensOf(statementOf(one, history)?.body?.scope)
      return tokensOf(one.body?.scope).filter((token) => asked.includes(token))
    })
  return [...new Set(granted)]
}

/** The first that is neither in scopes_supported nor a part of a wildcard that is. */
export function unlisted(message: Message, granted: string[]): string | undefined {
  const body = published(message)
  const listed = (body && listOf(body, 'scopes_supported')) ?? []
  return granted.find((token) => !listed.some((one) => one === token || isPart(token, one)))
}

function isPart(token: string, wildcard: string): boolean {
  const [, context, type] = fhirScope.exec(wildcard) ?? []
  const [, itsContext, itsType] = fhirScope.exec(token) ?? []
  if (!wildcard.includes('*') || token.includes('*') || context === undefined) return false
  return context === itsContext && (type === '*' || type === itsType)
}

/** Without what SMART puts behind a question mark: conditions are listed nowhere. */
const tokensOf = (scope: unknown): string[] =>
  typeof scope === 'string' ? scopeTokens(scope).filter((token) => !token.includes('?')) : []
