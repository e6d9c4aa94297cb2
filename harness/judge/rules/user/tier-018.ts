import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule } from '../../rule.ts'
import { isFromProvider, providerRequestOf } from '../../tiered.ts'
import { words } from '../../words.ts'
import { SKEW_S } from '../shared/skew.ts'

/** An identity provider signs the person in and says how that ended (guide 6.2; OpenID Connect Core 3.1.2.2 to 3.1.2.6). */
export const rule: Rule = {
  id: 'tier-018',
  on: ['authorization-response', 'id-token'],
  judge(message, { history }) {
    const request = isFromProvider(message, history) ? providerRequestOf(message, history) : undefined
    if (!request || !message.body) return undefined
    return message.kind === 'id-token' ? signedIn(message, request) : answered(message, request)
  },
}

/** A code or an error, with the state of the request (3.1.2.5, 3.1.2.6). */
function answered({ body }: Message, request: Message): Finding {
  const { code, error, state } = body ?? {}
  const sent = request.body?.state
  if ((code === undefined) === (error === undefined))
    return { expected: 'either a code or an error', seen: code === undefined ? 'neither' : 'both' }
  if (state === sent) return 'met'
  return { expected: `state ${words(sent, 'state')}`, seen: words(state, 'state') }
}

/** With prompt=login or max_age only who has signed in since then (3.1.2.1, 3.1.2.3). */
function signedIn({ body }: Message, request: Message): Finding | undefined {
  const { prompt, max_age } = request.body ?? {}
  const anew = typeof prompt === 'string' && prompt.split(' ').includes('login')
  const oldestS = anew ? 0 : typeof max_age === 'string' ? Number.parseInt(max_age, 10) : Number.NaN
  if (Number.isNaN(oldestS) || typeof body?.auth_time !== 'number') return undefined
  const beforeS = Math.round(clockMs(request.hop, 'to') / 1000 - body.auth_time)
  if (beforeS <= oldestS + SKEW_S) return 'met'
  const wanted = anew
    ? 'a sign-in anew, by prompt=login'
    : `a sign-in at most ${oldestS} s before, by max_age`
  return { expected: wanted, seen: `one ${beforeS} s before the request` }
}
