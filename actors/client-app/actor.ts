/** The client app: discovers, registers, lets a person authorize it, gets tokens and reads data, one action each. */
import { type Static, Type } from 'typebox'
import type { ActionSpec, Actor } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { LOGO_PATH, logo } from '../client/logo.ts'
import { believedChecks } from '../client/metadata.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { checked } from '../input.ts'
import { listen } from '../listen.ts'
import { type Act, createRuntime, started } from '../runtime.ts'
import * as authorize from './authorize.ts'
import { CALLBACK_PATH, callback, callbackChecks } from './callback.ts'
import * as certify from './certify.ts'
import { type Client, createClient, replaceSigner } from './client.ts'
import { create, createSpec, update, updateSpec } from './create.ts'
import * as discover from './discover.ts'
import * as enter from './enter-client.ts'
import { faults } from './faults/index.ts'
import { dataChecks, renewalChecks, useChecks } from './fhir-request.ts'
import * as find from './find.ts'
import { idTokenChecks } from './id-token.ts'
import { KEY_SET_PATH, keySet } from './key-set.ts'
import { LAUNCH_PATH, launch, launchChecks } from './launch.ts'
import * as match from './match.ts'
import { Policy } from './policy.ts'
import * as read from './read.ts'
import { REFERENCE_PATHS, references } from './references.ts'
import * as refresh from './refresh.ts'
import * as register from './register.ts'
import { clientIdChecks } from './registered.ts'
import * as revoke from './revoke-token.ts'
import * as search from './search.ts'
import * as smart from './smart-discover.ts'
import { START_PATH, start } from './start.ts'
import * as token from './token.ts'
import { tokenChecks } from './token-request.ts'
import * as userinfo from './userinfo.ts'

const With = Type.Object(
  {
    logo: Type.Optional(
      Type.String({ description: 'URL of its logo; one that it serves itself when left out.' }),
    ),
  },
  { additionalProperties: false },
)

const actions: Record<string, { spec: ActionSpec; of: (client: Client) => Act }> = {
  'udap/discover': { spec: discover.spec, of: discover.discover },
  'udap/register': { spec: register.spec, of: register.register },
  'udap/certify': { spec: certify.spec, of: certify.certify },
  'smart/discover': { spec: smart.spec, of: smart.smartDiscover },
  'oauth/enter-client': { spec: enter.spec, of: enter.enterClient },
  'oauth/authorize': { spec: authorize.spec, of: authorize.authorize },
  'udap/token': { spec: token.spec, of: token.token },
  'oauth/refresh': { spec: refresh.spec, of: refresh.refresh },
  'oauth/userinfo': { spec: userinfo.spec, of: userinfo.userInfo },
  'fhir/read': { spec: read.spec, of: read.read },
  'fhir/search': { spec: search.spec, of: search.search },
  'fhir/create': { spec: createSpec, of: create },
  'fhir/update': { spec: updateSpec, of: update },
  'fhir/match': { spec: match.spec, of: match.match },
  'directory/find': { spec: find.spec, of: find.find },
  'oauth/revoke-token': { spec: revoke.spec, of: revoke.revokeToken },
  'credential/replace': {
    spec: replaceCredential,
    of: (client) => replacing(client.runtime.context.name, (credential) => replaceSigner(client, credential)),
  },
}

export const clientApp: Actor<typeof With> = {
  kind: 'client-app',
  title: 'Client app with a certificate of its own: a backend, or an app with users',
  serves: 'https',
  basePath: '',
  endpoints: {
    logo: LOGO_PATH,
    redirect: CALLBACK_PATH,
    launch: LAUNCH_PATH,
    start: START_PATH,
    jwks: KEY_SET_PATH,
    ...REFERENCE_PATHS,
  },
  with: With,
  policy: Policy,
  links: {},
  facts: {
    redirect_uri: 'URL where browsers are sent back to',
    launch_uri: 'URL where an EHR starts it',
  },
  actions: Object.fromEntries(Object.entries(actions).map(([name, { spec }]) => [name, spec])),
  faults,
  checks: checkNames(
    believedChecks,
    register.attemptChecks,
    register.registrationChecks,
    clientIdChecks,
    smart.smartChecks,
    callbackChecks,
    tokenChecks,
    idTokenChecks,
    dataChecks,
    useChecks,
    renewalChecks,
    userinfo.userInfoChecks,
    find.findChecks,
    launchChecks,
  ),
  keys: [],
  async start(context, w: Static<typeof With>, host) {
    const runtime = createRuntime(clientApp as Actor, context, host)
    const { url } = context
    const redirectUri = url + CALLBACK_PATH
    const client = createClient(runtime, { logo: w.logo ?? url + LOGO_PATH, redirectUri })
    await listen(runtime, (app) => {
      logo(app, runtime)
      keySet(app, client)
      references(app, runtime)
      // HEAD, as a preview sends it, must not use up a state.
      app.get(CALLBACK_PATH, { exposeHeadRoute: false }, callback(client))
      app.get(LAUNCH_PATH, { exposeHeadRoute: false }, launch(client))
      app.get(START_PATH, { exposeHeadRoute: false }, start(client))
    })
    const acts = Object.entries(actions).map(([name, { spec, of }]) => [
      name,
      checked(name, spec, of(client)),
    ])
    const facts = { redirect_uri: redirectUri, launch_uri: url + LAUNCH_PATH }
    return started(runtime, { facts, actions: Object.fromEntries(acts) })
  },
}
