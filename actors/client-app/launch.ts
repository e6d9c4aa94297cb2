/** The launch endpoint: an EHR starts the app for a person and a record that are open there (SMART App Launch). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeForm } from '../../wire/form.ts'
import type { JsonObject } from '../../wire/json.ts'
import { scopeTokens } from '../../wire/oauth.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import { locationOf, queryOf } from '../query.ts'
import { beginAuthorization } from './authorization-request.ts'
import { type Client, targetOf } from './client.ts'
import { launchRefusedPage, sendPage } from './pages.ts'
import { current } from './registered.ts'

export const LAUNCH_PATH = '/launch'

interface Launch {
  client: Client
  parameters: JsonObject
  /** Name of the server that `iss` is the base URL of. */
  server: string | undefined
}

/** Longer than any launch id that servers make. */
const MAX_LAUNCH = 1000

export const launchChecks: Check<Launch>[] = [
  {
    name: 'launch-parameters',
    refs: [],
    run({ parameters: { iss, launch } }) {
      if (typeof iss !== 'string' || typeof launch !== 'string' || iss === '' || launch === '')
        throw new Refusal('The app must be started with one iss and one launch parameter.')
      if (launch.length > MAX_LAUNCH) throw new Refusal('The launch parameter is too long.')
    },
  },
  {
    name: 'launch-issuer',
    refs: [],
    run(launch) {
      const { client, parameters } = launch
      const { peers } = client.runtime.context
      // Compared as it stands: whoever else is named here must not get the person's browser.
      launch.server = [...client.servers.keys()].find((name) => peers[name]?.url === parameters.iss)
      const { last } = client.servers.get(launch.server ?? '') ?? {}
      if (
        !last?.discovered?.authorizationEndpoint ||
        !current(last)?.grantTypes.includes('authorization_code')
      )
        throw new Refusal('The app does not know this FHIR server, or has not registered there.')
    },
  },
]

export function launch(client: Client) {
  const { runtime } = client
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const parameters = decodeForm(queryOf(request.url))
    const launch: Launch = { client, parameters, server: undefined }
    try {
      await runChecks(launchChecks, launch, runtime.faults)
      const { url } = await begin(launch)
      return reply
        .code(302)
        .headers({ location: locationOf(url), 'cache-control': 'no-store' })
        .send()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return sendPage(reply, 400, launchRefusedPage(runtime.context.title, error.message))
    }
  }
}

/** With the scopes that it registered, `launch` among them: that one asks for the record that is open. */
function begin({ client, parameters, server }: Launch) {
  const target = targetOf(client, { server: server ?? '' })
  const scopes = scopeTokens(current(target.state)?.scope ?? '')
  const scope = [...new Set(['launch', ...scopes])].join(' ')
  return beginAuthorization(client, target, { scope, launch: String(parameters.launch) })
}
