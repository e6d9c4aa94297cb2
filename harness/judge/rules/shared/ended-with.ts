/** How a data holder ends a sign-in at an identity provider that did not succeed (guide 6.2; UDAP Tiered OAuth 4). */
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { arrivalOf, clientRequestOf, isFromProvider, outcomeOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/**
 * @param error that the client must hear; any when undefined
 * @param when of which answers of the provider
 */
export function endedWith(
  error: string | undefined,
  after: string,
  when: (response: Message) => boolean,
): Rule['judge'] {
  return (message, { history }) => {
    if (!isFromProvider(message, history) || !message.body || !message.of || !when(message)) return undefined
    const arrival = arrivalOf(message, history)
    if (!arrival) return undefined
    const outcome = outcomeOf(clientRequestOf(message.of, history), history)
    const said = outcome?.body?.error
    if (error === undefined ? said !== undefined : said === error) return 'met'
    const expected = `${error === undefined ? 'an error' : `error=${error}`} to the client ${after}`
    const seen = said !== undefined ? words(said) : outcome?.body?.code !== undefined ? 'a code' : 'no error'
    return { expected, seen, at: outcome ?? arrival }
  }
}

/** With the state that was sent: else it is nobody's answer. */
export const isRefusalOfProvider = ({ body, of }: Message): boolean =>
  body?.error !== undefined && body.state !== undefined && body.state === of?.body?.state
