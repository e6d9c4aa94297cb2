import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { published } from '../shared/metadata.ts'

/** Values other than the signed ones may be other ones in another community (guide, Discovery 2.4). */
export const rule: Rule = {
  id: 'disc-055',
  on: ['metadata'],
  judge(message, { history }) {
    const body = published(message)
    const community = message.of?.body?.community
    if (!body || community === undefined) return undefined
    const others = history
      .before(message, 'metadata')
      .filter((one) => one.author === message.author && isOther(one.of?.body?.community, community))
      .map(published)
    if (others.length === 0) return undefined
    return others.some((other) => other && !isDeepStrictEqual(plain(other), plain(body))) ? 'met' : 'unused'
  },
}

const isOther = (one: Json | undefined, asked: Json) => one !== undefined && one !== asked

const plain = ({ signed_metadata: _, ...rest }: JsonObject) => rest
