/** Asks an identity provider about a person when its ID token does not say their name (guide, Tiered OAuth 6.3). */
import { isObject, type JsonObject } from '../../../wire/json.ts'
import { parseJson } from '../../../wire/parse.ts'
import { BOUNDED, CallFailed, type CallResponse } from '../../call.ts'
import type { Check } from '../../checks.ts'
import { checkAnswer } from '../../client/answer.ts'
import { openidConfiguration } from '../../client/openid-configuration.ts'
import { absoluteHttps } from '../../discovery/metadata-subject.ts'
import type { Server } from '../server.ts'
import { untrusted } from './outcome.ts'

interface UserInfo {
  /** The provider. */
  issuer: string
  /** Of its ID token. */
  claims: JsonObject
  body: JsonObject
}

export const userinfoChecks: Check<UserInfo>[] = [
  {
    name: 'tiered-userinfo-subject',
    refs: [],
    run({ issuer, claims, body }) {
      // OpenID Connect Core 5.3.2; UDAP Tiered OAuth 4.4
      if (body.sub !== claims.sub || (body.iss !== undefined && body.iss !== issuer)) {
        untrusted('The UserInfo of the identity provider is about somebody else than its ID token.')
      }
    },
  },
]

/** Nothing depends on it: a provider that says no more is believed as well. @throws Refusal when it contradicts the ID token */
export async function nameOf(
  server: Server,
  issuer: string,
  claims: JsonObject,
  accessToken: string,
): Promise<string | undefined> {
  if (typeof claims.name === 'string') return claims.name
  const answer = await ask(server, issuer, accessToken)
  const body = answer?.status === 200 ? parseJson(answer.text) : undefined
  if (!answer || !isObject(body)) return undefined
  await checkAnswer(server.runtime, answer, userinfoChecks, { issuer, claims, body })
  return typeof body.name === 'string' ? body.name : undefined
}

async function ask(server: Server, issuer: string, accessToken: string): Promise<CallResponse | undefined> {
  try {
    const { userinfo_endpoint: url } = (await openidConfiguration(server.runtime, issuer)) ?? {}
    if (!absoluteHttps(url)) return undefined
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    return await server.runtime.call({ ...BOUNDED, url, headers })
  } catch (error) {
    if (error instanceof CallFailed) return undefined
    throw error
  }
}
