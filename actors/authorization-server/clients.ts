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
}

export interface Clients {
  byId(clientId: string): Client | undefined
  /** Replaces what the same URI registered in the same community, under its client_id, or adds a new client. */
  register(client: Omit<Client, 'clientId'>): { client: Client; isNew: boolean }
}

export function createClients(newId: () => string): Clients {
  const byId = new Map<string, Client>()
  const ids = new Map<string, string>()
  return {
    byId: (clientId) => byId.get(clientId),
    register(registered) {
      const key = JSON.stringify([registered.community ?? null, registered.uri])
      const known = ids.get(key)
      const client = { ...registered, clientId: known ?? newId() }
      ids.set(key, client.clientId)
      byId.set(client.clientId, client)
      return { client, isNew: known === undefined }
    },
  }
}
