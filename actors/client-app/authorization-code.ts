/** The authorization code grant: for what a person allowed (guide 4.2, 5.2). */
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { ActResult } from '../actor.ts'
import { missing } from '../input.ts'
import type { Authorization } from './authorizations.ts'
import type { Client, Target } from './client.ts'
import { sendTokenRequest, takeToken } from './token-request.ts'

/**
 * @param input of udap/token
 * @throws Refusal of the callback's check that did not believe the authorization response
 */
export async function byCode(client: Client, target: Target, input: JsonObject): Promise<ActResult> {
  const { code, authorization } =
    typeof input.code === 'string' ? given(client, target, input.code) : answered(target)
  if (authorization) authorization.spent = true
  const { redirect_uri, extensions } = input
  const grant = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirect_uri === undefined ? (authorization ?? client).redirectUri : String(redirect_uri),
    code_verifier: authorization?.codeVerifier,
  }
  const answer = await sendTokenRequest(client, target, grant, isObject(extensions) ? extensions : undefined)
  return takeToken(client, target, answer, { grant: 'authorization_code', input, signedIn: authorization })
}

interface Code {
  code: string
  /** That it came for; undefined when the app has not asked, but found it elsewhere. */
  authorization: Authorization | undefined
}

/** A code of the scenario: with what belongs to it, else with what belongs to the request that was made last. */
function given({ authorizations }: Client, { state }: Target, code: string): Code {
  const own = authorizations.byCode(code)
  return { code, authorization: own?.target.state === state ? own : state.authorization }
}

function answered({ name, state: { authorization } }: Target): Code {
  if (!authorization)
    throw missing(`Nobody was asked to authorize access to "${name}": oauth/authorize prepares that.`)
  const { answer, spent, redirectUri } = authorization
  if (!answer) throw missing(`No authorization response has come to ${redirectUri} yet.`)
  if ('refused' in answer) throw answer.refused
  if (spent)
    throw missing('The authorization code was used before: oauth/authorize prepares for another one.')
  return { code: answer.code, authorization }
}
