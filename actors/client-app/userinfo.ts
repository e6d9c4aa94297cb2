/** Action oauth/userinfo: asks who signed in (OpenID Connect Core 5.3). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { type Check, Refusal } from '../checks.ts'
import { bodyOf, checkAnswer, present } from '../client/answer.ts'
import { missing } from '../input.ts'
import { answered } from './awaited.ts'
import { authorizationServerOf, type Client, serverLinks, targetOf } from './client.ts'
import { tokenFor, tokenInputs } from './fhir-request.ts'

export const spec: ActionSpec = {
  title: 'Asks the authorization server of a FHIR server who signed in, with the access token.',
  with: Type.Object({ ...tokenInputs }, { additionalProperties: false }),
  links: serverLinks,
  answer: 'the answer of the UserInfo endpoint',
  outputs: {
    status: 'HTTP status',
    sub: 'who signed in, when the answer says',
    claims: 'all that it says of them',
  },
  awaited: {
    class: 'userinfo',
    answeredWith: ['userinfo-response'],
    prompt: 'Let {actor} ask {server} who signed in.',
    outputs: { ...answered('sub'), claims: 'response.body' },
  },
}

interface UserInfo {
  claims: JsonObject
  /** As the ID token said; undefined when none came. */
  sub: string | undefined
}

export const userInfoChecks: Check<UserInfo>[] = [
  {
    name: 'userinfo-subject',
    refs: [],
    run({ claims, sub }) {
      if (typeof claims.sub !== 'string') throw new Refusal('The UserInfo response has no sub.')
      // 5.3.2: else it may be of somebody else.
      if (sub !== undefined && claims.sub !== sub)
        throw new Refusal('The UserInfo response is of another person than the ID token.')
    },
  },
]

export function userInfo(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const target = targetOf(client, input)
    const url = authorizationServerOf(client, target)?.endpoints.userinfo
    if (url === undefined)
      throw missing(
        `The authorization server of "${target.name}" does not say where its UserInfo endpoint is.`,
      )
    const authorization = `Bearer ${await tokenFor(client, target, input)}`
    const answer = await client.runtime.call({ url, headers: { authorization, accept: 'application/json' } })
    const { id, status } = answer
    const claims = bodyOf(answer)
    if (status !== 200) return { outputs: { status }, answer: id }
    // A token that the scenario gives is not the one of the ID token.
    const sub = input.access_token === undefined ? target.state.token?.person?.sub : undefined
    await checkAnswer(client.runtime, answer, userInfoChecks, { claims, sub })
    return { outputs: present({ status, sub: claims.sub, claims }), answer: id }
  }
}
