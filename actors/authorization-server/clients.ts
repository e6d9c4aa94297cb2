/** The registered clients: one for each community and issuer (guide, Registration 3.3). */

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
}

export interface Clients {
  byId(clientId: string): Client | undefined
  /** The client that the URI has registered in this community, whatever it has in another one. */
  registered(community: string | undefined, uri: string): Client | undefined
  /** Replaces all that the same URI registered in the same community, under its client_id, or adds a new client. */
  register(client: Omit<Client, 'clientId'>): { client: Client; isNew: boolean }
  /** From then on nobody has this client_id; registered again, the client gets another one. */
  cancel(client: Client): void
}

export function createClients(newId: () => string): Clients {
  const byId = new Map<string, Client>()
  const byOwner = new Map<string, Client>()
  const owner = ({ community, uri }: Pick<Client, 'community' | 'uri'>) =>
    JSON.stringify([community ?? null, uri])
  return {
    byId: (clientId) => byId.get(clientId),
    registered: (community, uri) => byOwner.get(owner({ community, uri })),
    register(stated) {
      const known = byOwner.get(owner(stated))
      const client = { ...stated, clientId: known?.clientId ?? newId() }
      byOwner.set(owner(client), client)
      byId.set(client.clientId, client)
      return { client, isNew: known === undefined }
    },
    cancel(client) {
      if (!byId.delete(client.clientId)) return
      byOwner.delete(owner(client))
    },
  }
}
