/** What a trust community decides, as data: the topics that the guide leaves to it. Values come from communities/*.yaml. */
import type { JsonObject } from '../wire/json.ts'

export type GrantType = 'client_credentials' | 'authorization_code'

/** Where a value comes from: one text for all of a topic, or one a key. */
export type Source = string | Record<string, string>

interface Topic {
  source?: Source
}

/** A code that is sent as `<system>#<code>`, or as it stands when the list has no system. */
export interface Code {
  code: string
  title?: string
  source?: string
}

export interface CodeList extends Topic {
  system?: string
  codes: Code[]
  /** What our clients send when a scenario does not say; the first one when left out. */
  default?: string
}

export interface PurposeOfUse extends CodeList {
  /** How many a token may be asked for with. */
  max?: number
  /** The client's URI ends with # and the one code that its certificate is for. */
  inClientUri?: true
}

/** A member whose values must be among those of a topic. */
export interface MemberRule {
  member: string
  among: 'purposeOfUse' | 'subjectRole' | 'consentPolicies'
}

/** JSON Schema, what our clients send (`{purpose}` in it is their purpose of use), and what no schema can say. */
export interface ObjectRules {
  schema?: JsonObject
  example?: JsonObject
  rules?: MemberRule[]
}

export interface Certification extends Topic {
  name: string
  uris: string[]
  /** Who signs it: the client about itself, or somebody else. */
  signer: 'client' | 'other'
  /** Regular expression of the URI of that somebody. */
  signerUri?: string
  /** Grant types that nobody registers for without it. */
  requiredFor: GrantType[]
  claims?: ObjectRules
}

/** An extension object beside hl7-b2b. */
export interface Extension extends Topic, ObjectRules {
  /** Its name in the `extensions` claim of the client assertion. */
  key: string
  title?: string
  /** Grant types of the token requests that it belongs to. */
  grants: 'client_credentials'[]
  /** When it must be there: always, or with one of these purposes of use; never when left out. */
  required?: 'always' | { purposeOfUse: string[] }
}

export type KeyName = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ec-p256' | 'ec-p384'

export interface CertificatePolicy extends Topic {
  keys?: KeyName[]
  /** Names of RFC 5280 4.2.1.3: exactly these. */
  keyUsage?: string[]
  maxLifetimeDays?: number
  /** How a certificate says where its revocation is told: by all of these. */
  revocation?: ('crl' | 'ocsp')[]
}

export interface Community {
  /** Its URI, as in the metadata parameter `community`. */
  community: string
  name: string
  status: 'example' | 'draft' | 'in force'
  about?: string
  source?: Source
  /** Regular expressions. */
  uris?: Topic & { server?: string; client?: string; organization?: string }
  /** Scopes that every server offers. */
  scopes?: Topic & { minimum: string[] }
  subjectRole?: CodeList
  purposeOfUse?: PurposeOfUse
  /** Naming systems of `subject_id`, which is `<system>#<value>` then. */
  identifiers?: Topic & { subject: { system: string; pattern?: string }[] }
  consentPolicies?: Topic & { uris: string[] }
  certifications?: Certification[]
  time?: Topic & { maxSkewS: number }
  certificates?: CertificatePolicy
  extensions?: Extension[]
  /** Members of hl7-b2b as our clients send them. */
  b2b?: Topic & { defaults: JsonObject }
}
