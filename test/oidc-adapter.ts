/** For tests: where oidc-provider keeps what it must remember, as long as its process lives. */
/** @param clients those that came by UDAP */
export function adapterFor(clients: Map<string, object>) {
  const all = new Map<string, Record<string, unknown>>()
  return class {
    readonly name: string
    constructor(name: string) {
      this.name = name
    }
    async find(id: string) {
      return this.name === 'Client' ? clients.get(id) : all.get(`${this.name}/${id}`)
    }
    async findByUid(uid: string) {
      return [...all.values()].find((one) => one.uid === uid && one.kind === this.name)
    }
    async upsert(id: string, payload: Record<string, unknown>) {
      all.set(`${this.name}/${id}`, payload)
    }
    async consume(id: string) {
      Object.assign(all.get(`${this.name}/${id}`) ?? {}, { consumed: Date.now() / 1000 })
    }
    async destroy(id: string) {
      all.delete(`${this.name}/${id}`)
    }
    async revokeByGrantId() {}
  }
}
