/** Certificate profiles: what a certificate looks like, as data (profiles.yaml), good ones and faulty ones alike. */
import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { type Static, Type } from 'typebox'
import { parse } from 'yaml'
import { keyPurposes, keyUsages } from './key-usage.ts'
import { keyAlgorithms } from './keys.ts'
import { hashes } from './signature.ts'

const Oid = Type.String({ pattern: '^[0-2](\\.\\d+)+$' })
const Duration = Type.String({ pattern: '^-?\\d+[smhdy]$' })
const closed = { additionalProperties: false }
/** Kinds of subject alternative names. */
export const nameKinds = ['uri', 'dns', 'ip'] as const
const NameKind = Type.Enum(nameKinds)

/** What a certificate authority has several of; `self` is the subject's own key. */
const issuers = ['intermediate', 'second-intermediate', 'sub-intermediate', 'untrusted', 'self'] as const

const Profile = Type.Object(
  {
    /** One line for people. */
    title: Type.String(),
    /** The key that its subject should have; whoever makes the key reads it. */
    key: Type.Enum(keyAlgorithms),
    /** Hash of the signature, when it is not the one that suits the issuer's key. */
    hash: Type.Optional(Type.Enum(hashes)),
    /** Counted from the moment of issue. */
    notBefore: Duration,
    notAfter: Duration,
    /** No extension when left out. */
    basicConstraints: Type.Optional(
      Type.Object({ ca: Type.Boolean(), pathLength: Type.Optional(Type.Integer({ minimum: 0 })) }, closed),
    ),
    keyUsage: Type.Optional(Type.Array(Type.Enum(keyUsages))),
    extendedKeyUsage: Type.Optional(Type.Array(Type.Union([Type.Enum(Object.keys(keyPurposes)), Oid]))),
    /** A kind takes all names of that kind that were asked for; an object is one fixed name, whatever was asked for. */
    subjectAltName: Type.Optional(
      Type.Array(
        Type.Union([
          NameKind,
          Type.Object(
            {
              uri: Type.Optional(Type.String()),
              dns: Type.Optional(Type.String()),
              ip: Type.Optional(Type.String()),
            },
            { ...closed, minProperties: 1, maxProperties: 1 },
          ),
        ]),
      ),
    ),
    /** Where its issuer's certificate and OCSP responder are (RFC 5280 4.2.2.1). */
    authorityInfoAccess: Type.Optional(Type.Array(Type.Enum(['caIssuers', 'ocsp']))),
    /** What else is in it; an object is any other extension, its value hexadecimal DER. */
    extensions: Type.Array(
      Type.Union([
        Type.Enum(['subjectKeyIdentifier', 'authorityKeyIdentifier', 'crlDistributionPoints']),
        Type.Object(
          {
            oid: Oid,
            critical: Type.Boolean(),
            value: Type.String({ pattern: '^([0-9a-f]{2})+$' }),
          },
          closed,
        ),
      ]),
    ),
    /** Which of the community's authorities issues it; its intermediate when left out. */
    issuedBy: Type.Optional(Type.Enum(issuers)),
    /** What is revoked in the moment of issue. */
    revoke: Type.Optional(Type.Enum(['leaf', 'issuer'])),
  },
  closed,
)
export type Profile = Static<typeof Profile>

/** @throws when the text is no YAML or a field is not as documented; the message names it */
export function readProfiles(text: string, file: string): Record<string, Profile> {
  const entries: unknown = parse(text)
  if (typeof entries !== 'object' || entries === null) throw new Error(`${file}: no profiles in it.`)
  const profiles: Record<string, Profile> = {}
  for (const [name, entry] of Object.entries(entries)) {
    const profile = filledIn(entry, profiles, `${file}: ${name}`)
    const problem = problemOf(profile)
    if (problem) throw new Error(`${file}: ${name}${problem}.`)
    profiles[name] = profile as Profile
  }
  return profiles
}

/** With what `like` takes over from a profile above it. */
function filledIn(entry: unknown, above: Record<string, Profile>, where: string): unknown {
  if (typeof entry !== 'object' || entry === null || !('like' in entry)) return entry
  const { like, ...own } = entry
  const model = typeof like === 'string' && Object.hasOwn(above, like) ? above[like] : undefined
  if (!model) throw new Error(`${where}.like names no profile above it.`)
  return { ...model, ...own }
}

const isProfile = new Ajv().compile<Profile>(Profile)

/** The first thing wrong, in words: where, and what would be right. */
function problemOf(profile: unknown): string | undefined {
  if (isProfile(profile)) return undefined
  const { instancePath, keyword, params, schemaPath, message } = isProfile.errors![0]!
  const where = instancePath.replaceAll('/', '.')
  if (keyword === 'additionalProperties')
    return `${where}.${params.additionalProperty} is no field of a profile`
  if (keyword === 'enum') return `${where} must be one of ${params.allowedValues.join(', ')}`
  if (/\/not(Before|After)\//.test(schemaPath)) return `${where} must be a time such as 5m, -1h, 90d or 1y`
  return `${where} ${message}`
}

let loaded: Record<string, Profile> | undefined

/** The profiles of profiles.yaml, by name. */
export function loadProfiles(): Record<string, Profile> {
  loaded ??= readProfiles(readFileSync(profilesFile(), 'utf8'), 'certs/profiles.yaml')
  return loaded
}

/** @throws when there is no such profile; the message lists those that there are */
export function profile(name: string): Profile {
  const profiles = loadProfiles()
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (found) return found
  const names = Object.keys(profiles).join(', ')
  throw new Error(`There is no certificate profile "${name}"; there are: ${names}.`)
}

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, y: 365 * 86_400 }

/** Milliseconds of a duration such as `-5m`. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * units[text.slice(-1)]! * 1000
}

/** Beside this file in a checkout; in the package the code lies one level deeper, in dist/certs. */
function profilesFile(): URL {
  const beside = new URL('./profiles.yaml', import.meta.url)
  return existsSync(beside) ? beside : new URL('../../certs/profiles.yaml', import.meta.url)
}
