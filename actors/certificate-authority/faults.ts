/** How a certificate authority can misbehave: each fault makes exactly one thing wrong in what it publishes. */
import type { RuleId } from '../../spec/types.ts'
import type { Artifact, Fault, FaultKit } from '../make.ts'
import { spoilt, type Wrong } from '../spoil.ts'
import type { Answer } from './answer.ts'
import type { OcspAnswerDraft } from './authority.ts'

/** What whoever validates a certificate is put to the test by. */
const tests: RuleId[] = ['gen-019']

/** Far more than anybody reads. */
const HUGE_BYTES = 100 * 1024 * 1024
const DAY_S = 24 * 3600

const inDays =
  (days: number) =>
  (_: unknown, __: unknown, { nowS }: FaultKit) =>
    isoTime(nowS, days)

const isoTime = (nowS: number, days: number) => new Date((nowS + days * DAY_S) * 1000).toISOString()

/** The draft of one artifact with other values in it. */
const draft = (artifact: Artifact, mutation: string, title: string, set: Record<string, Wrong>) =>
  spoilt(artifact, { mutation, title, breaks: [], tests, set })

/** Each of the answers that one OCSP response holds. */
const eachAnswer = (change: (answer: OcspAnswerDraft, kit: FaultKit) => OcspAnswerDraft) => ({
  answers: (answers: OcspAnswerDraft[], _: unknown, kit: FaultKit) =>
    answers.map((answer) => change(answer, kit)),
})

/** The HTTP answer with another value in one field. */
function sent<Field extends keyof Answer>(
  artifact: Artifact,
  mutation: string,
  title: string,
  field: Field,
  wrong: (before: Answer[Field]) => Answer[Field],
): Fault {
  return {
    name: `${artifact}/${mutation}`,
    artifact,
    title,
    on: 'encoded',
    scope: 'step',
    touches: [field],
    breaks: [],
    tests,
    change: (answer: Answer) => ({ ...answer, [field]: wrong(answer[field]) }),
  }
}

const onBytes = (change: (der: Buffer) => Buffer) => (body: string) =>
  change(Buffer.from(body, 'base64')).toString('base64')

const crlFaults: Fault[] = [
  draft('crl', 'expired', 'The CRL should have been replaced by the next one a day ago.', {
    thisUpdate: inDays(-2),
    nextUpdate: inDays(-1),
  }),
  draft('crl', 'from-the-future', 'The CRL was made tomorrow, by its own thisUpdate.', {
    thisUpdate: inDays(1),
    nextUpdate: inDays(2),
  }),
  draft('crl', 'wrong-issuer', 'The CRL is that of another authority: its name, its key.', {
    signer: 'stranger',
  }),
  sent(
    'crl',
    'bad-signature',
    'The CRL has a signature with one bit turned over.',
    'body',
    onBytes((der) => Buffer.from(der.with(-1, der.at(-1)! ^ 1))),
  ),
  sent(
    'crl',
    'pem',
    'The CRL is in PEM; DER is asked for (RFC 5280 4.2.1.13).',
    'body',
    onBytes((der) => Buffer.from(pem(der))),
  ),
  sent(
    'crl',
    'truncated',
    'The CRL ends in its middle.',
    'body',
    onBytes((der) => der.subarray(0, der.length / 2)),
  ),
  sent('crl', 'huge', `The CRL is followed by ${HUGE_BYTES} bytes more.`, 'moreBytes', () => HUGE_BYTES),
  sent(
    'crl',
    'not-found',
    'There is no CRL where the certificates say that it is: 404.',
    'status',
    () => 404,
  ),
]

const ocspFaults: Fault[] = [
  draft(
    'ocsp-response',
    'unknown',
    'The OCSP responder does not know the certificate.',
    eachAnswer(({ serial, thisUpdate }) => ({ serial, thisUpdate, status: 'unknown' })),
  ),
  draft(
    'ocsp-response',
    'expired',
    'The OCSP answer held until yesterday.',
    eachAnswer((answer, { nowS }) => ({
      ...answer,
      thisUpdate: isoTime(nowS, -2),
      nextUpdate: isoTime(nowS, -1),
    })),
  ),
  draft(
    'ocsp-response',
    'wrong-serial',
    'The OCSP answer is about another certificate.',
    eachAnswer((answer) => ({ ...answer, serial: anotherSerial(answer.serial) })),
  ),
  draft('ocsp-response', 'wrong-signer', 'The OCSP answer is signed by an authority that nobody trusts.', {
    signer: 'stranger',
  }),
  draft(
    'ocsp-response',
    'wrong-delegate',
    'The OCSP answer is signed with a certificate of the authority that is not for that (no OCSPSigning).',
    { signer: 'wrong-delegate' },
  ),
  draft('ocsp-response', 'try-later', 'The OCSP responder says that it cannot answer now (tryLater).', {
    responseStatus: 'tryLater',
  }),
]

export const faults: Fault[] = [
  ...crlFaults,
  ...ocspFaults,
  draft(
    'issuer-certificate',
    'wrong',
    "The certificate of another authority is where the issuer's should be.",
    {
      of: 'stranger',
    },
  ),
]

const pem = (der: Buffer) =>
  `-----BEGIN X509 CRL-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END X509 CRL-----\n`

/** With another last digit. */
const anotherSerial = (serial: string) => serial.slice(0, -1) + (serial.endsWith('0') ? '1' : '0')
