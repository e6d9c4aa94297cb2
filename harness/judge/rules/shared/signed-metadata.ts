/** `signed_metadata` in metadata that was published, and what its rules have in common (guide, Discovery 2.3). */
import type { JsonObject } from '../../../../wire/json.ts'
import { decodeJwt, type Jwt } from '../../../../wire/jwt.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { words } from '../../words.ts'
import { isAbsoluteUrl, published } from './metadata.ts'

type Judge = (message: Message) => Finding | undefined

export const endpointNames = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint']

/** The claims that stand signed in metadata, whoever signed them. */
export function signedClaimsOf({ body }: Message): JsonObject | undefined {
  const text = body?.signed_metadata
  return typeof text === 'string' ? decodeJwt(text)?.claims : undefined
}

/** The JWT with the plain metadata around it; nothing when either cannot be read. */
export function signedIn({
  jwt,
  of,
}: Message): { jwt: Jwt; claims: JsonObject; plain: JsonObject } | undefined {
  const plain = of && published(of)
  return jwt && plain ? { jwt, claims: jwt.claims, plain } : undefined
}

/** A whole number of seconds. */
export const hasTime =
  (name: 'exp' | 'iat'): Judge =>
  (message) => {
    const signed = signedIn(message)
    if (!signed) return undefined
    const value = signed.claims[name]
    if (Number.isSafeInteger(value)) return 'met'
    return { expected: `${name} of signed_metadata to be a whole number of seconds`, seen: words(value) }
  }

export const hasSignedUrl =
  (name: string, when: (plain: JsonObject) => boolean = () => true): Judge =>
  (message) => {
    const signed = signedIn(message)
    if (!signed || !when(signed.plain)) return undefined
    if (isAbsoluteUrl(signed.claims[name])) return 'met'
    return { expected: `${name} of signed_metadata to be an absolute URL`, seen: words(signed.claims[name]) }
  }
