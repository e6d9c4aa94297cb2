/** Certificate authority: a root and an intermediate of one community, with CRL, OCSP and issuer certificates. */
import { Type } from 'typebox'
import { crlPath, issuerPath, OCSP_PATH } from '../../certs/urls.ts'
import type { Actor } from '../actor.ts'
import { definitionOf } from '../community.ts'
import { listen } from '../listen.ts'
import { createRuntime, started } from '../runtime.ts'
import { httpFaults } from '../transport.ts'
import { actionSpecs, actionsOf } from './actions.ts'
import { Community } from './community.ts'
import { faults } from './faults.ts'
import { ledgerIn, recordIn, remember, remembered } from './memory.ts'
import { Policy } from './policy.ts'
import { createPublisher } from './publish.ts'
import { ocspSigners } from './responder.ts'
import { routes } from './routes.ts'

const With = Type.Object(
  {
    community: Type.Optional(
      Type.String({ minLength: 1, description: 'URI of the community; made up when left out.' }),
    ),
    crossSignedBy: Type.Optional(
      Type.String({
        description:
          'Another certificate authority, which signs the intermediate of this one, too: who trusts it then trusts the certificates of this community.',
      }),
    ),
    ocspSigner: Type.Optional(
      Type.Enum(ocspSigners, {
        description: 'Who signs OCSP answers: the issuer itself when left out, or one that it delegates to.',
      }),
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
    ocsp: OCSP_PATH,
    rootCrl: crlPath('root'),
    rootCertificate: issuerPath('root'),
    intermediateCrl: crlPath('intermediate'),
    intermediateCertificate: issuerPath('intermediate'),
  },
  with: With,
  policy: Policy,
  links: {},
  facts: {
    community: 'URI of the community',
    root: 'its root certificate, base64 DER',
    intermediate: 'its intermediate certificate, base64 DER',
  },
  actions: actionSpecs,
  faults: [...faults, ...httpFaults],
  checks: [],
  keys: ['rsa-2048', 'rsa-2048'],

  // crossSignedBy is done by whoever starts both: each must be there before.
  async start(context, { community: uri, ocspSigner = 'issuer' }, host) {
    const runtime = createRuntime(certificateAuthority, context, host)
    const { name, url, keys } = context
    const { state } = host
    const called = uri ?? `urn:udap-testbed:community:${name}`
    const beginning = { name, url, keys, now: runtime.now, ...(state && { ledger: ledgerIn(state) }) }
    const record = context.authority ?? (state && (await recordIn(state, called, beginning)))
    const community = await Community.create({ ...beginning, record })
    if (state) {
      community.learn(remembered(state))
      if (!context.authority) remember(state, url, community)
    }
    const publisher = createPublisher(community, ocspSigner, runtime)
    await listen(runtime, (app) => routes(app, publisher))
    const facts = {
      community: record?.community ?? called,
      root: community.root.certificate.toString('base64'),
      intermediate: community.intermediate.certificate.toString('base64'),
    }
    const policy = definitionOf(context, facts.community)?.certificates
    return started(runtime, { facts, actions: actionsOf(community, policy) })
  },
}
