/** Certifications: JWTs in which somebody says something about a client app (guide 7.4). */
import { type Static, Type } from 'typebox'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { present } from '../client/answer.ts'
import { type Signer, uriOf } from '../client/signer.ts'
import type { Runtime } from '../runtime.ts'

const optional = (description: string) => Type.Optional(Type.String({ description }))
const strings = (description: string) => Type.Array(Type.String(), { description })

/** What the signer chooses of a certification (7.4.1); the rest are the claims of every JWT. */
export const certificationFields = {
  certification_name: Type.String({ description: 'Name of the certification, fixed by the community.' }),
  certification_uris: strings('URIs of the certification, fixed by the community.'),
  aud: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'Registration endpoints that it is for; every authorization server when left out.',
    }),
  ),
  grant_types: Type.Optional(
    strings('Grant types that the client may register; [client_credentials] when left out.'),
  ),
  response_types: Type.Optional(strings('With authorization_code [code] when left out.')),
  scope: optional('Scopes that the client may register, separated by spaces.'),
  client_name: optional('Name of the client, when it is certified.'),
  redirect_uris: Type.Optional(strings('Redirect URIs of the client, when they are certified.')),
  contacts: Type.Optional(strings('URIs of its operator, mailto: or https, when they are certified.')),
  logo_uri: optional('Logo of the client, when it is certified.'),
  claims: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Further claims that the programme defines.' }),
  ),
  extensions: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Keys that the community defines (7.4.2).' }),
  ),
}

const Certification = Type.Object(certificationFields, { additionalProperties: false })

/** In a registration: one that somebody signed already, or the fields of one that the client signs itself. */
export const certificationsInput = Type.Array(
  Type.Union([Type.String({ description: 'A JWT, as udap/certify gives it.' }), Certification]),
  { description: 'JWTs of others, or what the client certifies of itself.' },
)

/** Three years are allowed (7.4.1). */
const LIFETIME_S = 365 * 24 * 3600

/** @param sub URI of the client that it is about */
export function certify(
  runtime: Runtime,
  signer: Signer,
  sub: string,
  { claims: further, ...fields }: Static<typeof Certification>,
): Promise<string> {
  const iat = runtime.nowS()
  const { grant_types = ['client_credentials'] } = fields
  const claims = {
    iss: uriOf(signer, runtime.context.url),
    sub,
    iat,
    // UDAP Certifications: not beyond the certificate of its signer.
    exp: Math.min(iat + LIFETIME_S, signer.expiresS),
    jti: runtime.id(),
    grant_types,
    ...(grant_types.includes('authorization_code') ? { response_types: ['code'] } : {}),
    ...present({ ...fields, ...further } as Record<string, Json | undefined>),
  }
  return runtime.make('certification', signer.draft(claims), signer.sign)
}

/** The certifications of a registration, those that are still to be signed by the client itself signed. */
export function certificationsOf(runtime: Runtime, signer: Signer, input: Json[]): Promise<Json[]> {
  const uri = uriOf(signer, runtime.context.url)
  return Promise.all(
    input.map((one) =>
      isObject(one) ? certify(runtime, signer, uri, one as JsonObject & Static<typeof Certification>) : one,
    ),
  )
}
