/** What a scenario may say about an intermediary. */
import { Type } from 'typebox'
import { With as AuthorizationServerWith } from '../authorization-server/with.ts'
import { resourceTypes } from '../resource-server/data.ts'

const { scopes, tokenLifetimeS } = AuthorizationServerWith.properties

const systemScopes = ['*', ...resourceTypes].flatMap((type) => [`system/${type}.rs`, `system/${type}.read`])

export const With = Type.Object(
  {
    behind: Type.Optional(Type.String({ description: 'Name of the server that it is in front of.' })),
    scopes: Type.Array(scopes.items, {
      description: 'Scopes that can be granted here, and that it registers for behind.',
      default: systemScopes,
      minItems: 1,
    }),
    tokenLifetimeS,
  },
  { additionalProperties: false },
)
