/** Publishes CRLs, OCSP and issuers of an authority that lasts, and learns what others append to its index meanwhile. */
import { openServer } from '../../actors/listen.ts'
import { actorOf } from '../../actors/registry.ts'
import type { Parameters } from '../../spec/types.ts'
import type { Observed } from '../../wire/hop.ts'
import type { Authority } from './authority.ts'
import { follow } from './follow.ts'

export interface Serving {
  /** Where it listens. */
  port: number
  close(): Promise<void>
}

export interface ServeOptions {
  host: string
  port: number
  /** Of a version of the guide: an actor always follows one. */
  spec: { version: string; parameters: Parameters }
  /** Told of each request. */
  record(half: Observed): void
}

const LEARN_MS = 5_000

/** @throws when the address is taken or not ours */
export async function serveAuthority(authority: Authority, options: ServeOptions): Promise<Serving> {
  const { host, port, spec, record } = options
  const kind = await actorOf('certificate-authority')
  const entries = authority.entries()
  const open = await openServer('http', { address: host, port })
  try {
    const context = {
      case: 'serve',
      name: authority.name,
      title: authority.name,
      kind: kind.kind,
      url: authority.url,
      peers: {},
      people: {},
      credentials: [],
      anchors: [],
      authority: authority.record(),
      keys: [authority.root.key, authority.intermediate.key],
      tls: { roots: [] },
      spec,
      policy: {},
      clockOffsetMs: 0,
      seed: authority.name,
      addresses: {},
    }
    const actor = await kind.start(context, {}, { server: open.server, record })
    const unfollow = follow(
      authority,
      entries.length,
      (more) => void actor.act('ca/learn', { ...more }, LEARN_MS),
    )
    return {
      port: open.port,
      close: async () => {
        unfollow()
        await open.close()
        await actor.stop()
      },
    }
  } catch (error) {
    await open.close()
    throw error
  }
}
