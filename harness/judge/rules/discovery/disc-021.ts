import { isObject } from '../../../../wire/json.ts'
import { type History, isRefusal, isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { authorizationServerOf, listOf, published } from '../shared/metadata.ts'

/** What is demanded in every token request is listed as required (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-021',
  on: ['metadata'],
  judge(message, view) {
    const body = published(message)
    // Where there is another grant, its token requests come without the object.
    const [grant, ...others] = (body && listOf(body, 'grant_types_supported')) ?? []
    if (!body || grant !== 'client_credentials' || others.length > 0 || !isDemanded(message, view)) {
      return undefined
    }
    const required = listOf(body, 'udap_authorization_extensions_required')
    if (required?.includes('hl7-b2b')) return 'met'
    return {
      expected: '"hl7-b2b" in udap_authorization_extensions_required, as no token is given without it',
      seen: words(body.udap_authorization_extensions_required),
    }
  },
}

/** Was somebody refused without the object who got a token with it? */
function isDemanded({ author }: Message, { history, stage }: View): boolean {
  const server = authorizationServerOf(author, stage)
  const answers = history.messages.filter((one) => {
    return one.kind === 'token-response' && server !== undefined && one.author === server
  })
  const served = answers.filter((one) => isSuccess(one.status) && hasObject(one, history) === true)
  return answers.some(({ body, reader, status }, index) => {
    const about = body?.error === 'invalid_grant' || body?.error === 'invalid_request'
    const refused = isRefusal(status) && about && hasObject(answers[index]!, history) === false
    return refused && served.some((one) => one.reader === reader)
  })
}

function hasObject(answer: Message, history: History): boolean | undefined {
  const claims = assertionOf(answer, history)?.body
  return claims && isObject(claims.extensions) && claims.extensions['hl7-b2b'] !== undefined
}
