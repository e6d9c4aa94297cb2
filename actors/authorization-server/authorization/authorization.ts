/** Authorization endpoint (RFC 6749 3.1 and 4.1.1; guide 7.2; OpenID Connect Core 3.1.2). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, Refusal, runChecks } from '../../checks.ts'
import type { Server } from '../server.ts'
import { addressChecks } from './address-checks.ts'
import { type Asking, asking, checked } from './asking.ts'
import { browserOf, markBrowser, sessionOf } from './browser.ts'
import type { Interaction, SignIn } from './interaction.ts'
import { showError } from './page.ts'
import { proceed } from './proceed.ts'
import type { AuthorizationRequest } from './request.ts'
import { requestChecks } from './request-checks.ts'
import { answerError, redirect } from './response.ts'
import { scopeChecks } from './scope-checks.ts'

export const authorizationChecks: Check<Asking>[] = [...addressChecks, ...requestChecks, ...scopeChecks]

export function authorization(server: Server) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const subject = asking(server, request)
    const refusal = await refusalOf(server, addressChecks, subject)
    if (refusal) return showError(server, reply, refusal)
    const { client, redirectUri } = subject
    // Behind a skipped check only.
    if (!client || !redirectUri) return showError(server, reply, new Refusal('redirect_uri is no URI.'))

    const late = await refusalOf(server, [...requestChecks, ...scopeChecks], subject)
    const asked = checked(subject, client, redirectUri)
    if (late) {
      return answerError(server, asked, reply, late.answer?.error ?? 'invalid_request', late.message)
    }
    const browser = browserOf(request)
    const again = againByGet(server, subject)
    if (browser === undefined && again) return redirect(reply, again)
    return proceed(server, begin(server, reply, asked, { browser, session: sessionOf(request) }), reply)
  }
}

async function refusalOf(
  { runtime }: Server,
  checks: Check<Asking>[],
  subject: Asking,
): Promise<Refusal | undefined> {
  try {
    await runChecks(checks, subject, runtime.faults)
    return
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const LONGEST_URL = 8000

/**
 * No cookie comes with a form of another site (SameSite=Lax), so who signed in before would be a stranger; with a
 * redirect it comes.
 */
function againByGet({ endpoints }: Server, { method, parameters }: Asking): string | undefined {
  if (method !== 'POST') return
  const url = `${endpoints.authorization}?${new URLSearchParams([...parameters])}`
  return url.length > LONGEST_URL ? undefined : url
}

function begin(
  { runtime, interactions, tiered }: Server,
  reply: FastifyReply,
  asked: AuthorizationRequest,
  { browser: known, session }: Record<'browser' | 'session', string | undefined>,
): Interaction {
  const browser = known ?? runtime.id()
  if (known === undefined) markBrowser(reply, browser)
  const signIn: SignIn =
    tiered && asked.idp !== undefined ? { by: 'idp', idp: asked.idp } : { by: 'password' }
  return interactions.begin(asked, { browser, session }, signIn)
}
