import type { Rule } from '../../rule.ts'
import { authorizationServerOf, isAsked, published } from '../shared/metadata.ts'

/** 404 says that there is no UDAP: the client begins no UDAP workflow there (guide, Discovery 2.1). */
export const rule: Rule = {
  id: 'disc-006',
  on: ['metadata'],
  judges: 'reader',
  judge(message, { history, parameters, stage }) {
    const { author, of, reader, status } = message
    // To somebody who named a community, 404 may say that the server has no certificate of it.
    const isAboutCommunity =
      of?.body?.community !== undefined && parameters.discovery.unknownCommunityStatus === 404
    if (!isAsked(message) || status !== 404 || isAboutCommunity || author === undefined) return undefined
    const told = [...history.before(message, 'metadata'), ...history.after(message, 'metadata')]
    if (told.some((one) => one.author === author && one.reader === reader && published(one))) return undefined
    const server = authorizationServerOf(author, stage)
    const next = history
      .after(message, 'registration-request')
      .find((one) => one.author === reader && one.reader === server)
    if (!next) return 'met'
    const expected = 'the client to take 404 for "no UDAP"'
    return { expected, seen: `a registration at ${server}`, at: next }
  },
}
