/** What a certificate authority does when it is asked to: issue and revoke. */
import { createPublicKey } from 'node:crypto'
import { Ajv, type ValidateFunction } from 'ajv'
import { type Static, Type } from 'typebox'
import { revocationReasons } from '../../certs/crl.ts'
import { serialBytes, serialText } from '../../certs/der.ts'
import type { ActionSpec } from '../actor.ts'
import { Refusal } from '../checks.ts'
import type { Act } from '../runtime.ts'
import { authorityNames, type CommunityAuthority } from './authority.ts'

const closed = { additionalProperties: false }

const IssueInput = Type.Object(
  {
    publicKey: Type.String({ description: 'PEM, SubjectPublicKeyInfo.' }),
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

export const actionSpecs: Record<string, ActionSpec> = {
  'ca/issue': {
    title: 'Issue a certificate',
    with: IssueInput,
    links: {},
    answer: 'none: no request is made',
    outputs: {
      serial: 'Serial number, hexadecimal',
      chain: 'Base64 DER, leaf first, without the root',
    },
  },
  'ca/revoke': {
    title: 'Revoke a certificate',
    with: RevokeInput,
    links: {},
    answer: 'none: no request is made',
    outputs: {
      serial: 'Serial number, hexadecimal',
      issuer: 'root or intermediate',
      at: 'When it was revoked, ISO 8601; the first time counts',
    },
  },
}

export function actionsOf(authority: CommunityAuthority): Record<string, Act> {
  return {
    'ca/issue': async (input) => {
      const { publicKey, uris, profile = 'leaf', commonName } = read(isIssueInput, input)
      const wanted = {
        publicKey: publicKeyOf(publicKey),
        uris,
        profile,
        commonName: commonName ?? uris[0] ?? profile,
      }
      const { serial, chain } = await refusing(() => authority.issue(wanted))
      return { outputs: { serial, chain: chain.map((certificate) => certificate.toString('base64')) } }
    },
    'ca/revoke': async (input) => {
      const { serial: given, issuer: named, reason = 'unspecified' } = read(isRevokeInput, input)
      const serial = await refusing(() => serialText(serialBytes(given.replaceAll(':', ''))))
      const issuer = authority.issuerOf(serial)
      if (!issuer || (named && named !== issuer)) {
        throw refusal('unknown-certificate', `${named ?? 'This authority'} issued no certificate ${given}.`)
      }
      const { at } = authority.revoke(issuer, serial, reason)
      return { outputs: { serial, issuer, at: at.toISOString() } }
    },
  }
}

const ajv = new Ajv()
const isIssueInput = ajv.compile<Static<typeof IssueInput>>(IssueInput)
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

function publicKeyOf(pem: string) {
  try {
    return createPublicKey(pem)
  } catch {
    throw refusal('invalid-input', 'publicKey is not a public key in PEM.')
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
