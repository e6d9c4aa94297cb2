/** Kind → actor: the only list. Kinds are loaded when needed, because their libraries are heavy. */
import type { Actor, Kind } from './actor.ts'

const load: Record<Kind, () => Promise<Actor>> = {
  'certificate-authority': async () =>
    (await import('./certificate-authority/actor.ts')).certificateAuthority as Actor,
  'authorization-server': async () =>
    (await import('./authorization-server/actor.ts')).authorizationServer as Actor,
  'resource-server': async () => (await import('./resource-server/actor.ts')).resourceServer as Actor,
  'data-holder': async () => (await import('./data-holder/actor.ts')).dataHolder as Actor,
  directory: async () => (await import('./directory/actor.ts')).directory as Actor,
  intermediary: async () => (await import('./intermediary/actor.ts')).intermediary as Actor,
  'identity-provider': async () => (await import('./identity-provider/actor.ts')).identityProvider as Actor,
  'client-app': async () => (await import('./client-app/actor.ts')).clientApp as Actor,
  user: async () => (await import('./user/actor.ts')).user as Actor,
}

export const kinds = Object.keys(load) as Kind[]

/** @throws when there is no such kind */
export async function actorOf(kind: string): Promise<Actor> {
  if (!Object.hasOwn(load, kind))
    throw new Error(`There is no kind of actor "${kind}"; there are: ${kinds.join(', ')}.`)
  return load[kind as Kind]()
}
