/** What a scenario may say about an identity provider. */
import { type Static, Type } from 'typebox'
import { With as AuthorizationServerWith } from '../authorization-server/with.ts'

export const With = Type.Object(
  {
    users: AuthorizationServerWith.properties.users,
    scopes: Type.Array(AuthorizationServerWith.properties.scopes.items, {
      description: 'Scopes that can be granted; tiered OAuth needs openid and udap (6.2).',
      default: ['openid', 'udap', 'profile', 'email'],
      minItems: 1,
    }),
  },
  { additionalProperties: false },
)

/** UDAP Tiered OAuth 4.3 */
const MAX_TOKEN_LIFETIME_S = 300

/** The rest is as UDAP Tiered OAuth has it: a code, no refresh token, no other provider behind this one. */
export function authorizationServerWith({
  users,
  scopes,
}: Static<typeof With>): Static<typeof AuthorizationServerWith> {
  return {
    users,
    scopes,
    grants: ['authorization_code'],
    tokens: 'jwt',
    tokenLifetimeS: MAX_TOKEN_LIFETIME_S,
    links: [],
  }
}
