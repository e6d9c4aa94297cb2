/** The server behind, of which the intermediary is a client: found and registered with once, asked for the same purpose. */
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../wire/json.ts'
import { Bounded } from '../bounded.ts'
import type { CallResponse } from '../call.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import { type Client, targetOf } from '../client-app/client.ts'
import { discover } from '../client-app/discover.ts'
import { type Asked, ask } from '../client-app/fhir-request.ts'
import { register } from '../client-app/register.ts'
import { current } from '../client-app/registered.ts'
import { token } from '../client-app/token.ts'

/** What a request is for, as its access token was asked for here. */
export interface Purpose {
  scope: string
  /** The extension objects of the client assertion. */
  extensions: JsonObject
}

/** The server behind gave no token for this purpose. */
export class Denied extends Error {}

/** It cannot be used: it is not trusted, does not know the intermediary, or answers nonsense. */
export class Unusable extends Error {}

interface Held extends Purpose {
  value: string
  expiresS: number
}

/** Before a token that it has is used once more. */
export const heldChecks: Check<{ held: Held; purpose: Purpose }>[] = [
  {
    name: 'held-token-context',
    refs: ['b2b-063'],
    breaks: ['b2b-063'],
    run({ held, purpose }) {
      if (!isDeepStrictEqual(held.extensions, purpose.extensions))
        throw new Refusal('The access token was asked for in another context: this takes another one.')
    },
  },
]

export interface Behind {
  /** @throws Denied, Unusable, Refusal or CallFailed */
  ask(asked: Asked, purpose: Purpose): Promise<CallResponse>
}

const MAX_SCOPES = 1000

/** @param scope what it registers for */
export function createBehind(client: Client, server: string, scope: string): Behind {
  const { runtime } = client
  const held = new Bounded<Held>(MAX_SCOPES)
  let joining: Promise<void> | undefined

  /** Who asks meanwhile waits for the same registration; one that failed is tried again by the next. */
  async function joined(): Promise<void> {
    if (current(targetOf(client, { server }).state)) return
    joining ??= join().finally(() => {
      joining = undefined
    })
    await joining
  }

  async function join(): Promise<void> {
    await found()
    const { outputs } = await register(client)({ server, scope })
    if (outputs.status !== 200 && outputs.status !== 201)
      throw new Unusable(`it refused the registration${codeOf(outputs)}`)
  }

  /** In one community after the other: the first in which it is believed. */
  async function found(): Promise<void> {
    const { signers } = client
    let refusal: unknown
    for (const { community } of signers) {
      try {
        await discover(client)({ server, ...(signers.length > 1 && { community }) })
        return
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refusal = error
      }
    }
    throw refusal
  }

  async function tokenFor(purpose: Purpose): Promise<string> {
    const known = held.get(purpose.scope)
    if (known && known.expiresS > runtime.nowS() && (await fits(known, purpose))) return known.value
    const grant = { grant_type: 'client_credentials', server, ...purpose }
    const { outputs } = await token(client)(grant)
    if (outputs.status !== 200) throw new Denied(`it gave no token for this${codeOf(outputs)}`)
    const { access_token, expires_in = 0 } = outputs
    const value = String(access_token)
    held.set(purpose.scope, { ...purpose, value, expiresS: runtime.nowS() + Number(expires_in) })
    return value
  }

  async function fits(known: Held, purpose: Purpose): Promise<boolean> {
    try {
      await runChecks(heldChecks, { held: known, purpose }, runtime.faults)
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }

  const asking = async (asked: Asked, purpose: Purpose) =>
    ask(client, { server, access_token: await tokenFor(purpose) }, asked)

  return {
    async ask(asked, purpose) {
      await joined()
      const answer = await asking(asked, purpose)
      if (answer.status !== 401) return answer
      // It may have ended the token before its time: once more with a new one.
      held.delete(purpose.scope)
      const again = await asking(asked, purpose)
      if (again.status === 401) throw new Unusable('it takes no token that it gave')
      return again
    },
  }
}

/** Codes only: what else comes from there is not repeated to somebody else. */
const codeOf = ({ error }: JsonObject): string =>
  typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? ` (${error})` : ''
