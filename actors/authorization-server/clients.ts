/** The registered clients: one for each issuer, and community where those have clients of their own (guide 3.4). */
import type { Parameters } from '../../spec/types.ts'

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
}

export interface Clients {
  byId(clientId: string): Client | undefined
  /** The client that the URI has registered: where communities count, in this one, whatever it has in another. */
  registered(community: string | undefined, uri: string): Client | undefined
  /**
   * Replaces all that the same one registered, or adds a new client.
   * @param modified what becomes of its client_id then: with a new one nobody has the earlier any more
   */
  register(client: Omit<Client, 'clientId'>, modified?: 'same' | 'new'): { client: Client; isNew: boolean }
  /** By hand: it has no URI, and can register nothing. */
  enrol(client: Omit<Client, 'clientId'>): Client
  /** From then on nobody has this client_id; registered again, the client gets another one. */
  cancel(client: Client): void
}

export function createClients(
  newId: () => string,
  modifiedBy: Parameters['registration']['modifiedBy'],
): Clients {
  const byId = new Map<string, Client>()
  const byOwner = new Map<string, Client>()
  const owner = ({ community, uri }: Pick<Client, 'community' | 'uri'>) =>
    JSON.stringify(modifiedBy === 'uri' ? [uri] : [community ?? null, uri])
  return {
    byId: (clientId) => byId.get(clientId),
    registered: (community, uri) => byOwner.get(owner({ community, uri })),
    register(stated, modified = 'same') {
      const known = byOwner.get(owner(stated))
      if (known && modified === 'new') byId.delete(known.clientId)
      const client = { ...stated, clientId: known && modified === 'same' ? known.clientId : newId() }
      byOwner.set(owner(client), client)
      byId.set(client.clientId, client)
      return { client, isNew: known === undefined }
    },
    enrol(stated) {
      const client = { ...stated, clientId: newId() }
      byId.set(client.clientId, client)
      return client
    },
    cancel(client) {
      if (!byId.delete(client.clientId)) return
      byOwner.delete(owner(client))
    },
  }
}
