/** What a certificate authority does when it is asked to: issue, revoke and cross-sign. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { Ajv, type ValidateFunction } from 'ajv'
import { type Static, Type } from 'typebox'
import { readCertificate } from '../../certs/certificate.ts'
import { revocationReasons } from '../../certs/crl.ts'
import { serialBytes, serialText } from '../../certs/der.ts'
import { fromBase64 } from '../../certs/x5c.ts'
import type { CertificatePolicy } from '../../spec/community.ts'
import type { ActionSpec, JsonObject } from '../actor.ts'
import { Refusal } from '../checks.ts'
import type { Act } from '../runtime.ts'
import { authorityNames, type Community } from './community.ts'

const closed = { additionalProperties: false }

const IssueInput = Type.Object(
  {
    publicKey: Type.String({ description: 'PEM, SubjectPublicKeyInfo.' }),
    privateKey: Type.Optional(
      Type.String({ description: 'PEM, PKCS#8; needed by a profile whose certificate signs itself.' }),
    ),
    uris: Type.Array(Type.String(), { description: 'URI names of the certificate.' }),
    profile: Type.Optional(Type.String({ description: 'Certificate profile; leaf when left out.' })),
    commonName: Type.Optional(Type.String({ description: 'Name for people; cut after 64 characters.' })),
  },
  closed,
)

const RevokeInput = Type.Object(
  {
    serial: Type.String({ description: 'Serial number, hexadecimal.' }),
    issuer: Type.Optional(
      Type.Enum(authorityNames, { description: 'Who issued it; found by itself when left out.' }),
    ),
    reason: Type.Optional(Type.Enum(revocationReasons, { description: 'RFC 5280 5.3.1.' })),
  },
  closed,
)

const CertificateInput = Type.Object(
  {
    certificate: Type.String({ description: 'Base64 DER, of an authority of another community.' }),
  },
  closed,
)

const Serial = { serial: Type.String(), issuer: Type.String() }

const LearnInput = Type.Object(
  {
    issued: Type.Array(Type.Object(Serial, closed)),
    revoked: Type.Array(Type.Object({ ...Serial, at: Type.String(), reason: Type.String() }, closed)),
  },
  closed,
)

export const actionSpecs: Record<string, ActionSpec> = {
  'ca/issue': {
    title: 'Issues a certificate.',
    with: IssueInput,
    links: {},
    answer: 'none: no request is made',
    outputs: {
      serial: 'Serial number, hexadecimal',
      chain: 'Base64 DER, leaf first, without the root',
      revoked: 'Serial number and time of what the profile had revoked at once; absent otherwise',
    },
  },
  'ca/revoke': {
    title: 'Revokes a certificate.',
    with: RevokeInput,
    links: {},
    answer: 'none: no request is made',
    outputs: {
      serial: 'Serial number, hexadecimal',
      issuer: `Which authority issued it: ${authorityNames.join(', ')}`,
      at: 'When it was revoked, ISO 8601; the first time counts',
    },
  },
  'ca/learn': {
    title: 'Is told what was issued and revoked with its keys elsewhere.',
    with: LearnInput,
    links: {},
    answer: 'none: no request is made',
    outputs: {},
  },
  'ca/cross-sign': {
    title: 'Signs an authority of another community with the root, as one of this community.',
    with: CertificateInput,
    links: {},
    answer: 'none: no request is made',
    outputs: { certificate: 'Base64 DER' },
  },
  'ca/use-cross-signed': {
    title: 'Sends a certificate of the intermediate, which another community signed, along with each leaf.',
    with: CertificateInput,
    links: {},
    answer: 'none: no request is made',
    outputs: {},
  },
}

/** @param policy for the certificates of participants */
export function actionsOf(community: Community, policy?: CertificatePolicy): Record<string, Act> {
  return {
    'ca/issue': async (input) => {
      const { publicKey, privateKey, uris, profile = 'leaf', commonName } = read(isIssueInput, input)
      const wanted = {
        publicKey: keyOf('publicKey', () => createPublicKey(publicKey)),
        privateKey:
          privateKey === undefined ? undefined : keyOf('privateKey', () => createPrivateKey(privateKey)),
        uris,
        profile,
        commonName: commonName ?? uris[0] ?? profile,
        policy,
      }
      const { serial, chain, revoked } = await refusing(() => community.issue(wanted))
      const also = revoked ? { revoked: { serial: revoked.serial, at: revoked.at.toISOString() } } : {}
      return {
        outputs: { serial, chain: chain.map((certificate) => certificate.toString('base64')), ...also },
      }
    },
    'ca/revoke': async (input) => {
      const { serial: given, issuer: named, reason = 'unspecified' } = read(isRevokeInput, input)
      const serial = await refusing(() => serialText(serialBytes(given.replaceAll(':', ''))))
      const issuer = community.issuerOf(serial)
      if (!issuer || (named && named !== issuer)) {
        throw refusal('unknown-certificate', `${named ?? 'This authority'} issued no certificate ${given}.`)
      }
      const { at } = community.revoke(issuer, serial, reason)
      return { outputs: { serial, issuer, at: at.toISOString() } }
    },
    'ca/learn': async (input) => {
      community.learn(read(isLearnInput, input))
      return { outputs: {} }
    },
    'ca/cross-sign': async (input) => {
      const certificate = await refusing(() => community.crossSign(certificateOf(input)))
      return { outputs: { certificate: certificate.toString('base64') } }
    },
    'ca/use-cross-signed': async (input) => {
      await refusing(() => community.useCrossSigned(certificateOf(input)))
      return { outputs: {} }
    },
  }
}

const ajv = new Ajv()
const isIssueInput = ajv.compile<Static<typeof IssueInput>>(IssueInput)
const isCertificateInput = ajv.compile<Static<typeof CertificateInput>>(CertificateInput)
const isLearnInput = ajv.compile<Static<typeof LearnInput>>(LearnInput)
const isRevokeInput = ajv.compile<Static<typeof RevokeInput>>(RevokeInput)

function read<T>(isInput: ValidateFunction<T>, input: unknown): T {
  if (isInput(input)) return input
  const { instancePath, keyword, params, message } = isInput.errors![0]!
  const problem =
    keyword === 'additionalProperties'
      ? `${params.additionalProperty} is not known to this action`
      : `${instancePath.slice(1) || 'The input'} ${message}`
  throw refusal('invalid-input', `${problem}.`)
}

function keyOf(field: 'publicKey' | 'privateKey', create: () => KeyObject): KeyObject {
  try {
    return create()
  } catch {
    const kind = field === 'publicKey' ? 'public' : 'private'
    throw refusal('invalid-input', `${field} is not a ${kind} key in PEM.`)
  }
}

function certificateOf(input: JsonObject): Buffer {
  const { certificate } = read(isCertificateInput, input)
  try {
    return readCertificate(fromBase64(certificate)).der
  } catch (error) {
    throw refusal('invalid-input', `certificate is not a certificate: ${(error as Error).message}.`)
  }
}

/** An unknown profile or a name that cannot stand in a certificate: the words are for whoever asked. */
async function refusing<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw refusal('invalid-input', (error as Error).message)
  }
}

function refusal(check: string, message: string): Refusal {
  return Object.assign(new Refusal(message), { check })
}
