import type { Json } from '../../../../wire/json.ts'
import type { StageCase } from '../../../trace/trace.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { isToHolder, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/** idp is the base URL of an identity provider, to the letter the iss of its ID tokens (guide 6.1, 7.1.5). */
export const rule: Rule = {
  id: 'tier-006',
  on: ['authorization-request'],
  judge(message, { history, stage }) {
    const { body } = message
    if (!isToHolder(message, history) || !scopesOf(body).includes('udap')) return undefined
    const idp = body?.idp
    if (typeof idp !== 'string' || idp === '') return { expected: 'idp beside udap in scope', seen: 'no idp' }
    const providers = Object.values(stage.actors)
      .filter(({ kind }) => kind === 'identity-provider')
      .map(({ url }) => url)
    if (providers.includes(idp)) return 'met'
    const meant = providers.find((url) => plain(url) === plain(idp)) ?? told(message, stage, providers)
    if (meant !== undefined)
      return { expected: `idp ${words(meant)}, the base URL of the identity provider`, seen: words(idp) }
    // Of one that nobody in the case knows, only that it is no URL can be told.
    return URL.canParse(idp) ? undefined : { expected: 'idp a base URL', seen: words(idp) }
  },
}

/** For who means the same and does not write it to the letter. */
const plain = (url: string): string => (URL.parse(url)?.href ?? url).replace(/\/+$/, '').toLowerCase()

/** The provider that the step was told to name which made this request. */
function told({ hop }: Message, { steps }: StageCase, providers: string[]): string | undefined {
  const idp: Json | undefined = steps.find(({ outputs }) => outputs.authorization_url === hop.request?.url)
    ?.input.idp
  return typeof idp === 'string' && providers.includes(idp) ? idp : undefined
}
