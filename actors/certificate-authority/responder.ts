/** Answers OCSP requests (RFC 6960) for the authorities of a community. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { CertID } from '@peculiar/asn1-ocsp'
import { readCertificate } from '../../certs/certificate.ts'
import { generateKey } from '../../certs/keys.ts'
import {
  asksAbout,
  buildOcspError,
  buildOcspResponse,
  type OcspAnswer,
  type OcspQuestion,
  type Responder,
  readOcspRequest,
  serialOf,
  withSerial,
} from '../../certs/ocsp.ts'
import { profile } from '../../certs/profile.ts'
import type { Runtime } from '../runtime.ts'
import { type Answer, answer } from './answer.ts'
import { type Authority, type OcspAnswerDraft, revocationOf } from './authority.ts'
import type { Community } from './community.ts'

/** Who signs the answers of a good responder (RFC 6960 2.2). */
export const ocspSigners = ['issuer', 'delegate'] as const
export type OcspSigner = (typeof ocspSigners)[number]

export interface OcspDraft {
  responseStatus: 'successful' | 'tryLater'
  /** `wrong-delegate`: its certificate does not say that it may; `stranger`: no authority of the community. */
  signer: OcspSigner | 'wrong-delegate' | 'stranger'
  /** One a question, in the same order. */
  answers: OcspAnswerDraft[]
}

export function createResponder(
  community: Community,
  signer: OcspSigner,
  runtime: Runtime,
): (request: Buffer) => Promise<Answer> {
  const delegateKey = lazyKey()
  const delegates = new Map<Authority, Map<string, Buffer>>()

  /** What cannot be read or answered is the sender's mistake, and it is told so in the protocol's own way. */
  return async (request) => {
    try {
      return await answerTo(readOcspRequest(request))
    } catch {
      return answer(TYPE, buildOcspError('malformedRequest'))
    }
  }

  /** One response has one signer: the authority that the first question is about. Of others it knows nothing. */
  async function answerTo(question: OcspQuestion): Promise<Answer> {
    const now = runtime.now()
    const [first] = question.certificates
    const issuer = community.all().find(([, one]) => isAbout(first!, one))?.[1] ?? community.intermediate
    const answers = question.certificates.map((id): OcspAnswerDraft => {
      const serial = serialOf(id)
      return isAbout(id, issuer)
        ? issuer.status(serial, now)
        : { serial, status: 'unknown', thisUpdate: now.toISOString() }
    })
    const draft: OcspDraft = { responseStatus: 'successful', signer, answers }
    return runtime.make('ocsp-response', draft, async (changed) =>
      answer(TYPE, await encode(changed, question, issuer)),
    )
  }

  async function encode(draft: OcspDraft, question: OcspQuestion, issuer: Authority): Promise<Buffer> {
    if (draft.responseStatus !== 'successful') return buildOcspError(draft.responseStatus)
    const certificates = question.certificates.map((id, index) => {
      const { serial } = draft.answers[index]!
      return serial === serialOf(id) ? id : withSerial(id, serial)
    })
    return buildOcspResponse({
      question: { ...question, certificates },
      answer: (id) => answerOf(draft.answers.find(({ serial }) => serial === serialOf(id))!),
      responder: await responderOf(draft.signer, issuer),
      at: runtime.now(),
    })
  }

  async function responderOf(by: OcspDraft['signer'], issuer: Authority): Promise<Responder> {
    if (by === 'issuer') return issuer
    if (by === 'stranger') {
      const { certificate, key } = await community.needed('untrusted')
      return { certificate, key, delegated: true }
    }
    const key = await delegateKey()
    return { certificate: await delegate(by, key, issuer), key, delegated: true }
  }

  /** Kept while it is valid at the scenario's time. */
  async function delegate(by: 'delegate' | 'wrong-delegate', key: KeyObject, issuer: Authority) {
    const at = runtime.now()
    const kept = delegates.get(issuer)?.get(by)
    if (kept && isValid(kept, at)) return kept
    const { extendedKeyUsage, ...others } = profile('ocsp-responder')
    const certificate = await issuer.issue({
      // One without that purpose is not delegated to (RFC 6960 4.2.2.2).
      profile: by === 'delegate' && extendedKeyUsage ? { ...others, extendedKeyUsage } : others,
      subject: { publicKey: createPublicKey(key), commonName: `${runtime.context.name} OCSP responder` },
      at,
    })
    delegates.set(issuer, new Map(delegates.get(issuer)).set(by, certificate))
    return certificate
  }
}

const TYPE = 'application/ocsp-response'

function isValid(certificate: Buffer, at: Date): boolean {
  const { notBefore, notAfter } = readCertificate(certificate)
  return notBefore <= at && at <= notAfter
}

const isAbout = (id: CertID, { certificate }: Authority) => asksAbout(id, readCertificate(certificate))

function answerOf({ status, thisUpdate, nextUpdate, revocation }: OcspAnswerDraft): OcspAnswer {
  return {
    status,
    thisUpdate: new Date(thisUpdate),
    ...(nextUpdate ? { nextUpdate: new Date(nextUpdate) } : {}),
    ...(revocation ? { revocation: revocationOf(revocation) } : {}),
  }
}

function lazyKey(): () => Promise<KeyObject> {
  let made: Promise<KeyObject> | undefined
  return () => {
    made ??= generateKey(profile('ocsp-responder').key).then((pem) => createPrivateKey(pem))
    return made
  }
}
