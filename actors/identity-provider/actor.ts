/** Identity provider: an OpenID Provider that publishes UDAP metadata and takes UDAP registrations. */
import { METADATA_PATH } from '../../wire/udap.ts'
import type { Actor } from '../actor.ts'
import { errorJson, send } from '../authorization-server/answer.ts'
import {
  authorizationServerChecks,
  authorizationServerFacts,
  createAuthorizationServer,
} from '../authorization-server/create.ts'
import { described } from '../authorization-server/described.ts'
import { endpointPaths } from '../authorization-server/server.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { createSigners, replaceSigner } from '../discovery/signer.ts'
import { udapMetadata } from '../discovery/udap-metadata.ts'
import { listen } from '../listen.ts'
import { createRuntime, started } from '../runtime.ts'
import { faults } from './faults.ts'
import { Policy } from './policy.ts'
import { authorizationServerWith, With } from './with.ts'

export const identityProvider: Actor<typeof With> = {
  kind: 'identity-provider',
  title: 'OpenID Provider with UDAP metadata and UDAP registration',
  serves: 'https',
  basePath: '',
  endpoints: { ...endpointPaths, udap: METADATA_PATH },
  with: With,
  policy: Policy,
  links: {},
  names: { users: ['user'] },
  facts: {
    ...authorizationServerFacts,
    userinfo_endpoint: 'URL (OpenID Connect Core 5.3)',
    end_session_endpoint: 'URL (OpenID Connect RP-Initiated Logout 2)',
  },
  actions: { 'credential/replace': replaceCredential },
  faults,
  checks: authorizationServerChecks,
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(identityProvider as Actor, context, host)
    const signers = createSigners(runtime)
    const { server, routes, facts } = await createAuthorizationServer(runtime, {
      issuer: context.url,
      with: authorizationServerWith(w),
      role: 'identity-provider',
      resources: [],
      signers,
    })
    const metadata = udapMetadata({
      runtime,
      signers,
      supported: true,
      more: {},
      describe: async () => described(server),
      refuse: (reply, status, message) => send(reply, status, errorJson('invalid_request', message)),
    })
    await listen(runtime, (app) => {
      routes(app)
      app.get(METADATA_PATH, metadata)
    })
    const replace = replacing(context.name, (credential) => replaceSigner(runtime, signers, credential))
    const { userinfo, endSession } = server.endpoints
    return started(runtime, {
      facts: { ...facts, userinfo_endpoint: userinfo, end_session_endpoint: endSession },
      actions: { 'credential/replace': replace },
    })
  },
}
