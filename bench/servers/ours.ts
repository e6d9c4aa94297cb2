/** Our authorization server with all its checks. `off` or `hard-fail`: does it ask the CA about revocation? */
import {
  CLIENT_URI,
  openAuthority,
  openBed,
  register,
  signStatement,
} from '../../actors/authorization-server/fixture.ts'
import { ready } from '../target.ts'

const revocation = process.argv[2] ?? 'off'
const authority = await openAuthority()
const credential = await authority.issue([CLIENT_URI])
const bed = await openBed({ serves: 'http', communities: [authority], context: { policy: { revocation } } })
const answer = await register(bed, await signStatement(bed, credential))
const { client_id: clientId } = answer.json() as { client_id: string }
// In a run the harness takes the recorded halves away; here they would only pile up.
Object.defineProperty(bed.halves, 'push', { value: () => 0 })
ready({ tokenEndpoint: `${bed.url}/token`, clientId, key: credential.key, x5c: credential.chain })
