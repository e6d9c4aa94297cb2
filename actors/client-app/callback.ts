/** The redirect endpoint: believes an authorization response only when it is the answer to a request of its own. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeForm } from '../../wire/form.ts'
import type { JsonObject } from '../../wire/json.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import { queryOf } from '../query.ts'
import type { Authorization } from './authorizations.ts'
import { type Client, issuerOf } from './client.ts'
import { answeredPage, deniedPage, refusedPage, sendPage } from './pages.ts'

export const CALLBACK_PATH = '/callback'

interface Answer {
  client: Client
  parameters: JsonObject
  /** Which request it answers. */
  authorization: Authorization | undefined
  code: string
}

export const callbackChecks: Check<Answer>[] = [
  {
    name: 'callback-parameters',
    refs: ['con-006'],
    run({ parameters }) {
      const repeated = Object.keys(parameters).find((name) => typeof parameters[name] !== 'string')
      if (repeated !== undefined) throw new Refusal('The authorization response has a parameter twice.')
    },
  },
  {
    name: 'callback-state',
    refs: ['gen-027', 'tier-x06'],
    breaks: ['gen-027', 'tier-x06'],
    run(answer) {
      const { client, parameters } = answer
      const { authorizations } = client
      const { state } = parameters
      const meant = typeof state === 'string' ? authorizations.byState(state) : undefined
      // Whoever does not look at state takes it for the answer to what it asked last.
      answer.authorization = meant ?? authorizations.latest()
      if (state === undefined) throw new Refusal('The authorization response has no state.')
      if (!meant) throw new Refusal('The state of the authorization response is not one that was sent.')
      if (meant.answered) throw new Refusal('An authorization response with this state has come before.')
    },
  },
  {
    name: 'callback-issuer',
    refs: [],
    run({ client, parameters, authorization }) {
      if (!authorization) return
      const { iss } = parameters
      const issuer = issuerOf(client, authorization.target)
      // RFC 9207 2.4: else it may be the answer of another server (mix-up).
      if (iss !== undefined && issuer !== undefined && iss !== issuer)
        throw new Refusal(`The authorization response is by another issuer than ${issuer}.`)
      if (iss === undefined && client.runtime.context.spec.parameters.authorize.issuerInResponse)
        throw new Refusal('The authorization response does not name its issuer.')
    },
  },
  {
    name: 'callback-error',
    refs: ['con-006'],
    run({ parameters: { error, error_description } }) {
      if (error === undefined) return
      const words = typeof error_description === 'string' ? `: ${shown(error_description)}` : '.'
      throw new Refusal(`The authorization server answered ${shown(String(error))}${words}`)
    },
  },
  {
    name: 'callback-code',
    refs: ['con-006'],
    run(answer) {
      const { code } = answer.parameters
      answer.code = typeof code === 'string' ? code : ''
      if (answer.code === '') throw new Refusal('The authorization response has neither code nor error.')
    },
  },
]

/** Words that came over the wire, as far as a person reads them. */
const shown = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text)

export function callback(client: Client) {
  const { runtime } = client
  const { title } = runtime.context
  return async ({ url }: FastifyRequest, reply: FastifyReply) => {
    const parameters = decodeForm(queryOf(url))
    const answer: Answer = { client, parameters, authorization: undefined, code: '' }
    try {
      await runChecks(callbackChecks, answer, runtime.faults)
      accept(answer)
      return sendPage(reply, 200, answeredPage(title))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(answer, error)
      return error.check === 'callback-error'
        ? sendPage(reply, 200, deniedPage(title, error.message))
        : sendPage(reply, 400, refusedPage(title, error.message))
    }
  }
}

/** @throws Refusal when the app has asked for nothing yet, which only a skipped check lets through */
function accept({ authorization, code }: Answer): void {
  if (!authorization) throw new Refusal('The app has not asked anybody for authorization.')
  end(authorization, { code })
}

/** The right state ends its request, whatever came with it; else what is asked goes on waiting for the right answer. */
function refuse({ client, authorization, parameters }: Answer, refused: Refusal): void {
  const waiting = client.authorizations.waiting()
  if (authorization && authorization.state === parameters.state && !authorization.answered) {
    end(authorization, { refused })
  } else if (waiting) waiting.answer = { refused }
}

function end(authorization: Authorization, answer: NonNullable<Authorization['answer']>): void {
  Object.assign(authorization, { answered: true, answer, spent: false })
  authorization.target.state.authorization = authorization
}
