/** What a client does with an authorization response whose state is not its own (RFC 6749 10.12, guide 7.2.1). */
import type { History } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { words } from '../../words.ts'
import { isSent } from './authorization-request.ts'

/** What is wrong with the state that came to the redirect URI, in words; undefined when it is one that was sent. */
export function strangeState(callback: Message, history: History): string | undefined {
  const { state } = callback.body ?? {}
  if (!isSent(callback.body, 'state')) return 'no state'
  const sent = history
    .before(callback, 'authorization-request')
    .filter(({ author }) => author === callback.reader)
    .map(({ body }) => body?.state)
  if (sent.includes(state) || isUnseen(callback, history)) return undefined
  return `state ${words(state)}, which it never sent`
}

/** Where the browser and a server that it may have gone to are both elsewhere, nobody here saw what was asked. */
function isUnseen({ author }: Message, { stage, isElsewhere }: History): boolean {
  const isBrowserOurs = author !== undefined && !isElsewhere(author)
  return (
    !isBrowserOurs && Object.entries(stage.actors).some(([name, { kind }]) => lets(kind) && isElsewhere(name))
  )
}

/** Lets people in. */
const lets = (kind: string): boolean =>
  ['authorization-server', 'data-holder', 'identity-provider'].includes(kind)

/** The token request that brings the code that came with it. */
export function goesOn(callback: Message, history: History): Message | undefined {
  const { code } = callback.body ?? {}
  return history
    .after(callback, 'token-request')
    .find(({ author, body }) => author === callback.reader && code !== undefined && body?.code === code)
}

/** The code that came with it goes to no token endpoint. */
export function stops(callback: Message, flaw: string, history: History): Finding | undefined {
  if (!isSent(callback.body, 'code')) return undefined
  const at = goesOn(callback, history)
  if (!at) return 'met'
  return { expected: `the client to stop at an answer with ${flaw}`, seen: 'its code in a token request', at }
}
