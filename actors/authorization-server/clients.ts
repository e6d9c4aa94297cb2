/** The registered clients: one for each issuer, and community where those have clients of their own (guide 3.4). */
import type { Parameters } from '../../spec/types.ts'
import { Kept } from '../kept.ts'
import { REGISTERED, type Store } from '../store.ts'

export interface Client {
  clientId: string
  /** Trust community of the certificate that it registered with; undefined if that chain was not validated. */
  community: string | undefined
  /** `iss` of its software statement: the URI that its certificates must name. */
  uri: string
  grantTypes: string[]
  /** Scope tokens granted at registration. */
  scopes: string[]
  /** To the letter; empty without the authorization_code grant. */
  redirectUris: string[]
  /** Where a browser may go after signing out (OpenID Connect RP-Initiated Logout 3.1). */
  postLogoutRedirectUris: string[]
  /** What people are shown of it. */
  name: string
  logoUri: string | undefined
  /** Of who was entered by hand: what it authenticates by, instead of a key. */
  secret?: string
  /** Its key set (guide 7.6, experimental). */
  jku: string | undefined
  /** Counts how often it registered, as whatever was allowed to it ends when it does so again. */
  revision: number
}

/** What a client says of itself. */
export type Stated = Omit<Client, 'clientId' | 'revision'>

export interface Clients {
  byId(clientId: string): Client | undefined
  /** The client that the URI has registered: where communities count, in this one, whatever it has in another. */
  registered(community: string | undefined, uri: string): Client | undefined
  /**
   * Replaces all that the same one registered, or adds a new client.
   * @param modified what becomes of its client_id then: with a new one nobody has the earlier any more
   */
  register(client: Stated, modified?: 'same' | 'new'): { client: Client; isNew: boolean }
  /** By hand: it has no URI, and can register nothing. */
  enrol(client: Stated): Client
  /** From then on nobody has this client_id; registered again, the client gets another one. */
  cancel(client: Client): void
}

/** @param state where they are remembered over the end of the server */
export function createClients(
  newId: () => string,
  modifiedBy: Parameters['registration']['modifiedBy'],
  state?: Store,
): Clients {
  // By owner, so that a modified registration takes the place of the one before in one write.
  const kept = new Kept<Client>(state, REGISTERED)
  const byId = new Map([...kept.entries()].map(([key, client]) => [client.clientId, { key, client }]))
  const owner = ({ community, uri }: Pick<Client, 'community' | 'uri'>) =>
    JSON.stringify(modifiedBy === 'uri' ? [uri] : [community ?? null, uri])

  function keep(key: string, client: Client): Client {
    kept.set(key, client)
    byId.set(client.clientId, { key, client })
    return client
  }

  return {
    byId: (clientId) => byId.get(clientId)?.client,
    registered: (community, uri) => kept.get(owner({ community, uri })),
    register(stated, modified = 'same') {
      const key = owner(stated)
      const known = kept.get(key)
      const clientId = known && modified === 'same' ? known.clientId : newId()
      const client = keep(key, { ...stated, clientId, revision: (known?.revision ?? 0) + 1 })
      if (known && known.clientId !== clientId) byId.delete(known.clientId)
      return { client, isNew: known === undefined }
    },
    enrol(stated) {
      const clientId = newId()
      return keep(clientId, { ...stated, clientId, revision: 1 })
    },
    cancel({ clientId }) {
      const known = byId.get(clientId)
      if (!known) return
      kept.delete(known.key)
      byId.delete(clientId)
    },
  }
}
