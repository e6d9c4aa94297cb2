/** Certificate authority: a root and an intermediate of one community, with CRL, OCSP and issuer certificates. */
import { Type } from 'typebox'
import type { Actor } from '../actor.ts'
import { listen } from '../listen.ts'
import { createRuntime, started } from '../runtime.ts'
import { actionSpecs, actionsOf } from './actions.ts'
import { createAuthority } from './authority.ts'
import { routes } from './routes.ts'

const With = Type.Object(
  {
    community: Type.Optional(
      Type.String({ minLength: 1, description: 'URI of the community; made up when left out.' }),
    ),
  },
  { additionalProperties: false },
)

export const certificateAuthority: Actor<typeof With> = {
  kind: 'certificate-authority',
  title: 'Certificate authority of a community: root and intermediate, CRL, OCSP',
  serves: 'http',
  basePath: '',
  endpoints: {
    ocsp: '/ocsp',
    rootCrl: '/crl/root.crl',
    rootCertificate: '/issuer/root.cer',
    intermediateCrl: '/crl/intermediate.crl',
    intermediateCertificate: '/issuer/intermediate.cer',
  },
  with: With,
  links: {},
  actions: actionSpecs,
  faults: [],
  checks: [],
  keys: ['rsa-2048', 'rsa-2048'],

  async start(context, { community = `urn:udap-testbed:community:${context.name}` }, host) {
    const runtime = createRuntime(certificateAuthority, context, host)
    const authority = await createAuthority(context.name, context.url, context.keys, runtime.now)
    await listen(runtime, (app) => routes(app, authority, runtime.now))
    const facts = {
      community,
      root: authority.root.certificate.toString('base64'),
      intermediate: authority.intermediate.certificate.toString('base64'),
    }
    return started(runtime, { facts, actions: actionsOf(authority) })
  },
}
