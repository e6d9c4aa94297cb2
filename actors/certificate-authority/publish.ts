/** What a community publishes: CRLs, OCSP answers and certificates of its authorities. Faults change it here. */
import type { Runtime } from '../runtime.ts'
import { type Answer, answer } from './answer.ts'
import type { Authority, CrlDraft } from './authority.ts'
import type { AuthorityName, Community } from './community.ts'
import { createResponder, type OcspSigner } from './responder.ts'

export interface IssuerCertificateDraft {
  /** Whose certificate is served as the issuer's. */
  of: 'issuer' | 'stranger'
}

export interface Publisher {
  /** Undefined when there is no such authority. */
  crl(name: AuthorityName): Promise<Answer | undefined>
  certificate(name: AuthorityName): Promise<Answer | undefined>
  crossSigned(): Promise<Answer | undefined>
  /** For whatever bytes came. */
  ocsp(request: Buffer): Promise<Answer>
}

export function createPublisher(community: Community, ocspSigner: OcspSigner, runtime: Runtime): Publisher {
  /** One with a name and a key of its own, whom nobody trusts. */
  const stranger = () => community.needed('untrusted')
  const responder = createResponder(community, ocspSigner, runtime)

  const serve = (certificate: Buffer) =>
    runtime.make<IssuerCertificateDraft, Answer>('issuer-certificate', { of: 'issuer' }, async ({ of }) => {
      const served = of === 'issuer' ? certificate : (await stranger()).certificate
      return answer('application/pkix-cert', served)
    })

  const list = (authority: Authority) =>
    runtime.make<CrlDraft, Answer>('crl', authority.crlDraft(runtime.now()), async (draft) =>
      answer(
        'application/pkix-crl',
        authority.crl(draft, draft.signer === 'issuer' ? authority : await stranger()),
      ),
    )

  return {
    async crl(name) {
      const authority = community.authority(name)
      return authority && list(authority)
    },
    async certificate(name) {
      const authority = community.authority(name)
      return authority && serve(authority.certificate)
    },
    async crossSigned() {
      const { crossSigned } = community
      return crossSigned && serve(crossSigned)
    },
    ocsp: (request) => responder(request),
  }
}
