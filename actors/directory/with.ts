/** What a scenario may say about a directory. */
import { Type } from 'typebox'
import type { Kind } from '../actor.ts'
import { With as AuthorizationServerWith } from '../authorization-server/with.ts'
import { directoryTypes } from '../resource-server/data.ts'
import { Data } from '../resource-server/with.ts'

/** Whom it lists from the start. */
const memberKinds: Kind[] = ['resource-server', 'data-holder', 'intermediary']

export const names: Record<string, Kind[]> = { members: memberKinds }

const { scopes, tokenLifetimeS } = AuthorizationServerWith.properties

/** As SMART writes them now and as it did before; who attests needs to write. */
const ownScopes = directoryTypes.flatMap((type) =>
  ['rs', 'cu', 'cruds', 'read', 'write'].map((permission) => `system/${type}.${permission}`),
)

export const With = Type.Object(
  {
    members: Type.Array(Type.String(), {
      description:
        'Names of servers that it lists from the start, each as an Organization with an Endpoint; nobody can change these.',
      default: [],
    }),
    data: Type.Optional(Data),
    scopes: Type.Array(scopes.items, {
      description: 'Scopes that can be granted to who attests.',
      default: ownScopes,
      minItems: 1,
    }),
    tokenLifetimeS,
  },
  { additionalProperties: false },
)
