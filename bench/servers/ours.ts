/** Our authorization server with all its checks. `off` or `hard-fail`: does it ask the CA about revocation? */
import type { Actor, Context, JsonObject } from '../../actors/actor.ts'
import {
  CLIENT_URI,
  registered,
  startAuthorizationServer,
} from '../../actors/authorization-server/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { startCommunity } from '../../actors/fixture-community.ts'
import { openServer } from '../../actors/listen.ts'
import { ready } from '../target.ts'

/** In a run the harness takes the recorded halves away; here they would only pile up. */
class Forgetful extends Bed {
  override async open(_name: string, actor: Actor) {
    const { server, port } = await openServer(actor.serves === 'https' ? 'https' : 'http')
    const host = { server, record: () => {} }
    return { port, start: (context: Context, w: JsonObject) => actor.start(context, w, host) }
  }
}

const revocation = process.argv[2] ?? 'off'
const bed = new Forgetful('in-process')
const community = await startCommunity(bed)
const credential = await community.issue([CLIENT_URI])
const options = { serves: 'http' as const, communities: [community], context: { policy: { revocation } } }
const server = await startAuthorizationServer(bed, options)
const clientId = await registered(server, credential)
ready({ tokenEndpoint: `${server.url}/token`, clientId, key: credential.key, x5c: credential.chain })
