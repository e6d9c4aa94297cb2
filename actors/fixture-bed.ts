/** For tests: everything of one case. The actors under test run where the vitest project says, their peers here. */
import type { FastifyInstance } from 'fastify'
import { inject } from 'vitest'
import { createTlsRoot, issueTlsCertificate, type TlsRoot } from '../certs/tls.ts'
import { openInProcess } from '../harness/run/places/in-process.ts'
import { openManaged } from '../harness/run/places/managed.ts'
import type { Place } from '../harness/run/places/place.ts'
import type { Observed } from '../wire/hop.ts'
import type { Actor, Context, StartedActor } from './actor.ts'
import type { CallRequest, CallResponse } from './call.ts'
import { runtimeOf } from './fixture.ts'
import { borrowProcess } from './fixture-processes.ts'
import { listen, openServer } from './listen.ts'
import type { Runtime } from './runtime.ts'

export type Where = 'in-process' | 'process'

declare module 'vitest' {
  interface ProvidedContext {
    place: Where
  }
}

/** Settings of fast-check. In-process is where the breadth is; over the port some runs show that it holds there too. */
export const runs = (inProcess: number): { numRuns: number } => ({
  numRuns: inject('place') === 'process' ? Math.ceil(inProcess / 5) : inProcess,
})

export class Bed {
  readonly #where: Where
  readonly #ends: (() => Promise<void>)[] = []
  readonly #tested: { place: Place; actor: StartedActor }[] = []
  readonly #halves: Observed[] = []
  readonly #tlsRoot: Promise<TlsRoot>
  #outsider: Runtime | undefined

  constructor(where: Where = inject('place'), tlsRoot = createTlsRoot()) {
    this.#where = where
    this.#tlsRoot = tlsRoot
  }

  /** A bed with the same TLS root, for what ends earlier than the rest. */
  inner(): Bed {
    return new Bed(this.#where, this.#tlsRoot)
  }

  /** A place for an actor under test. */
  async open(name: string, actor: Actor): Promise<Pick<Place, 'port' | 'start'>> {
    const place = this.#keep(
      await (this.#where === 'process' ? openManaged(name, actor, borrowProcess) : openInProcess(actor)),
    )
    return {
      port: place.port,
      start: async (context, w) => {
        const started = await place.start(context, w)
        this.#tested.push({ place, actor: started })
        return started
      },
    }
  }

  /** A place for an actor that those under test have to do with. */
  async openPeer(actor: Actor): Promise<Place> {
    return this.#keep(await openInProcess(actor))
  }

  /** An HTTPS server of plain code. @returns its origin */
  async serve(name: string, routes: (app: FastifyInstance) => void): Promise<string> {
    const { server, port, close } = await openServer('https')
    this.#ends.push(close)
    const host = `${name}-c1.localhost`
    const { runtime } = runtimeOf(name, { context: { tls: await this.tls([host]) }, server })
    this.#ends.push(() => runtime.close())
    await listen(runtime, routes)
    return `https://${host}:${port}`
  }

  async tls(hosts: string[] = []): Promise<Context['tls']> {
    const root = await this.#tlsRoot
    const roots = [root.certificate]
    return hosts.length === 0 ? { roots } : { roots, certificate: await issueTlsCertificate(root, hosts) }
  }

  /** A call by somebody outside the case. */
  async call(request: CallRequest): Promise<CallResponse> {
    if (!this.#outsider) {
      const { runtime } = runtimeOf('outsider', { context: { tls: await this.tls() } })
      this.#outsider = runtime
      this.#ends.push(() => runtime.close())
    }
    return this.#outsider.call(request)
  }

  /** All that the actors under test have recorded, each in its own order. */
  async halves(): Promise<Observed[]> {
    const taken = await Promise.all(
      this.#tested.map(async ({ place, actor }) => {
        await actor.settled()
        return place.take()
      }),
    )
    this.#halves.push(...taken.flat())
    return [...this.#halves]
  }

  /** Ends all; the bed is as new. */
  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end()
    this.#tested.length = 0
    this.#halves.length = 0
    this.#outsider = undefined
  }

  #keep(place: Place): Place {
    this.#ends.push(async () => {
      await place.stop()
      await place.close()
    })
    return place
  }
}
