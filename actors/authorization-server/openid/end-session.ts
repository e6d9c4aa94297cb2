/** End session endpoint (OpenID Connect RP-Initiated Logout 1.0, 2 to 4). */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, Refusal, runChecks } from '../../checks.ts'
import { withQuery } from '../../query.ts'
import { sessionOf } from '../authorization/browser.ts'
import { showError, showPage, siteOf } from '../authorization/page.ts'
import { redirect } from '../authorization/response.ts'
import type { Client } from '../clients.ts'
import { equalSecrets } from '../constant-time.ts'
import { signOutPage } from '../pages/sign-out.ts'
import { signedOutPage } from '../pages/signed-out.ts'
import { type ParameterRequest, parameterRequest } from '../request.ts'
import type { Server } from '../server.ts'
import { URI } from '../uri.ts'
import { type IdTokenHint, readIdTokenHint } from './id-token-hint.ts'

interface EndSessionRequest extends ParameterRequest {
  server: Server
  hint: IdTokenHint | undefined
  /** Who asks, as far as it is known. */
  client: Client | undefined
}

/** What is longer does not fit into an address, and a form is sent on as one. */
const MAX_LENGTH = 12_000

const TITLE = 'You could not be signed out.'

const check = (name: string, run: Check<EndSessionRequest>['run']): Check<EndSessionRequest> => ({
  name: `end-session-${name}`,
  refs: [],
  run,
})

export const endSessionChecks: Check<EndSessionRequest>[] = [
  check('content-type', ({ method, mediaType }) => {
    if (method === 'POST' && mediaType !== 'application/x-www-form-urlencoded') {
      refuse('The request must be sent as application/x-www-form-urlencoded.')
    }
  }),
  check('length', ({ parameters }) => {
    if (encoded(parameters).length > MAX_LENGTH) refuse('The request is too long.')
  }),
  check('parameters-once', ({ repeated }) => {
    if (repeated.size > 0) refuse('A parameter was sent more than once.')
  }),
  check('id-token-hint', async (subject) => {
    const { server, parameters } = subject
    const sent = parameters.get('id_token_hint')
    if (sent === undefined) return
    subject.hint = await readIdTokenHint(server, sent)
    if (!subject.hint) refuse('id_token_hint is no ID token that was issued here.')
  }),
  check('client-id', (subject) => {
    const { server, parameters, hint } = subject
    const sent = parameters.get('client_id')
    subject.client = server.clients.byId(sent ?? hint?.clientId ?? '')
    if (sent === undefined) return
    if (!subject.client) refuse('client_id is of no client that is registered here.')
    if (hint && hint.clientId !== sent) refuse('id_token_hint was issued to another client than client_id.')
  }),
  check('redirect-uri', ({ client, parameters }) => {
    const sent = parameters.get('post_logout_redirect_uri')
    if (sent !== undefined && !client?.postLogoutRedirectUris.includes(sent)) {
      refuse('post_logout_redirect_uri is not, to the letter, one that the client registered.')
    }
  }),
]

export function endSession(server: Server) {
  const { endpoints, sessions, runtime } = server
  const site = siteOf(server)

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const subject: EndSessionRequest = {
      server,
      ...parameterRequest(request),
      hint: undefined,
      client: undefined,
    }
    try {
      await runChecks(endSessionChecks, subject, runtime.faults)
    } catch (error) {
      if (error instanceof Refusal) return showError(server, reply, { title: TITLE, message: error.message })
      throw error
    }
    const { method, parameters, hint } = subject
    const csrf = parameters.get('csrf')
    parameters.delete('csrf')
    // No cookie comes with a form of another site (SameSite=Lax); with a redirect it comes.
    if (method === 'POST' && (csrf === undefined || sessionOf(request) === undefined)) {
      return redirect(reply, `${endpoints.endSession}?${encoded(parameters)}`)
    }
    const session = sessionOf(request) ?? ''
    const person = sessions.of(session)?.account
    const confirmed = equalSecrets(csrf ?? '', csrfOf(session)) || hint?.sub === person?.sub
    // Else any page could sign people out by a link.
    if (person && !confirmed) {
      const model = { site, person: person.title, action: endpoints.endSession, csrf: csrfOf(session) }
      return showPage(reply, 200, signOutPage({ ...model, parameters }))
    }
    sessions.end(session)
    const after = afterwards(parameters)
    return after === undefined ? showPage(reply, 200, signedOutPage({ site })) : redirect(reply, after)
  }
}

/** Where the client wants the browser next, with its state (3). */
function afterwards(parameters: Map<string, string>): string | undefined {
  const uri = parameters.get('post_logout_redirect_uri')
  const state = parameters.get('state')
  // Behind a skipped check: never put what is no URI into a header.
  if (uri === undefined || !URI.test(uri)) return undefined
  if (state === undefined) return uri
  return withQuery(uri, { state })
}

const encoded = (parameters: Map<string, string>) => new URLSearchParams([...parameters]).toString()

/** Only who was shown the form knows it: the id of the session is in a cookie that no page can read. */
const csrfOf = (session: string) => createHash('sha256').update(`sign out ${session}`).digest('base64url')

function refuse(message: string): never {
  throw new Refusal(message, { status: 400, error: 'invalid_request' })
}
