/** What a scenario may say about a data holder: all about its authorization server, and what it holds. */
import { type Static, Type } from 'typebox'
import { With as AuthorizationServerWith } from '../authorization-server/with.ts'
import { resourceTypes } from '../resource-server/data.ts'
import { Data } from '../resource-server/with.ts'

const { grants, scopes, ...others } = AuthorizationServerWith.properties

/** For each context all types together and each alone, as SMART writes it now and as it did before. */
const fhirScopes = ['patient', 'user', 'system'].flatMap((context) =>
  ['*', ...resourceTypes].flatMap((type) => [`${context}/${type}.rs`, `${context}/${type}.read`]),
)

const personScopes = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'offline_access',
  'online_access',
]

export const With = Type.Object(
  {
    ...others,
    grants: Type.Array(grants.items, {
      description: 'Grant types that a client may register for.',
      default: ['client_credentials', 'authorization_code', 'refresh_token'],
      minItems: 1,
    }),
    scopes: Type.Array(scopes.items, {
      description:
        'Scopes that can be granted, and with `tiered` also udap. One with a `*` is a wildcard (guide 7.3): it can be asked for as it stands, or for a part of it.',
      default: [...personScopes, ...fhirScopes],
      minItems: 1,
    }),
    data: Type.Optional(Data),
  },
  { additionalProperties: false },
)

/** Guide, Tiered OAuth 6.1: udap is among the scopes of who takes part in it. */
export function authorizationServerWith({
  data: _,
  ...w
}: Static<typeof With>): Static<typeof AuthorizationServerWith> {
  return { ...w, scopes: w.tiered ? [...new Set([...w.scopes, 'udap'])] : w.scopes }
}
