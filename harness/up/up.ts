/** A case left running: its state, its management port, what is told of it, its certificates renewed, its end. */
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Store } from '../../actors/store.ts'
import { type OpenCase, type OpenOptions, openCase } from '../run/open.ts'
import { messageOf } from '../run/stage-broken.ts'
import { memoryStore } from '../state/memory.ts'
import { begin, type Life, resumed, type Session } from '../state/session.ts'
import { HopLines } from './hop-lines.ts'
import type { Log } from './log.ts'
import { isLoopback, type Managed, manage } from './manage.ts'
import { createRecent } from './recent.ts'
import { actorsOf } from './status.ts'

export interface UpOptions extends Pick<OpenOptions, 'actorOf' | 'image'> {
  /** As the file says when left out. */
  session: Session | undefined
  /** Where what actors know is kept; with the process when left out. */
  stateFile?: string | undefined
  /** Where the TLS root is written. */
  folder: string
  manage: { address: string; port?: number | undefined; token?: string | undefined }
  /** Of the testbed. */
  version: string
  signal?: AbortSignal | undefined
}

export interface Up {
  /** What is up, under the name of its scenario. */
  life: Life
  actors: OpenCase['actors']
  tlsRootFile: string
  /** URL of the management port. */
  managed: string
  gone: Promise<never>
  /** From here on hops are told, and whatever else happens. */
  tell(log: Log): void
  /** Open requests may end, then everything is closed. */
  close(): Promise<void>
}

/** Hops are told so often. */
const ROUND_MS = 500
/** Certificates are looked at so often. */
const RENEW_MS = 3600_000
const MANAGE_PORT = 'port/(management)'

/** @throws StageBroken, Unusable, Interrupted */
export async function up(options: UpOptions): Promise<Up> {
  const { stateFile } = options
  const file =
    stateFile === undefined ? undefined : (await import('../state/sqlite.ts')).openStore(resolve(stateFile))
  const state = file ?? memoryStore()
  try {
    const open = await started(options, state)
    return {
      ...open,
      close: async () => {
        await open.close()
        file?.close()
      },
    }
  } catch (error) {
    file?.close()
    throw error
  }
}

async function started(options: UpOptions, state: Store): Promise<Up> {
  const { folder, signal, version, actorOf, image, stateFile = '' } = options
  const life = begin(state, stateFile, options.session ?? resumed(state, stateFile, version), version)
  const { plan, authority, host, versions } = life
  const recent = createRecent()
  let open: OpenCase | undefined
  let ready = false
  const since = new Date().toISOString()
  const managed = await managePort(options, state, {
    recent,
    ready: () => ready,
    status: () => ({
      name: plan.name,
      version,
      ready,
      since,
      life: life.life,
      actors: actorsOf(plan, open!.actors, state),
      tlsRoot: open!.tlsRoot,
      hops: recent.lines(),
    }),
  })
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const memory = { state, life: life.life, clockOffsetMs: life.clockOffsetMs }
    const known = { actorOf, versions, image, folder: resolve(folder), authority, host, memory }
    open = await openCase(plan, { ...known, signal })
    const tlsRootFile = resolve(folder, 'tls-root.pem')
    await writeFile(tlsRootFile, open.tlsRoot)
    ready = true
    const { actors, gone } = open
    const going = goingOn(open, recent)
    return {
      life,
      actors,
      tlsRootFile,
      managed: managed.url,
      gone,
      tell: going.tell,
      close: async () => {
        ready = false
        await open!.drain()
        await going.end()
        await open!.close()
        await managed.close()
      },
    }
  } catch (error) {
    await open?.close()
    await managed.close()
    throw error
  }
}

/** At the port of before, if there was one. */
async function managePort(
  { manage: { address, port, token } }: UpOptions,
  state: Store,
  parts: Pick<Parameters<typeof manage>[0], 'recent' | 'ready' | 'status'>,
): Promise<Managed & { url: string }> {
  const before = state.get(MANAGE_PORT)
  const wanted = port ?? (typeof before === 'number' ? before : 0)
  const guarded = isLoopback(address) ? {} : { token }
  const managed = await manage({ address, port: wanted, ...guarded, ...parts })
  state.set(MANAGE_PORT, managed.port)
  return { ...managed, url: `http://${address.includes(':') ? `[${address}]` : address}:${managed.port}/` }
}

/** What happens while it is up. What was recorded is let go when it was told: it may be up for days. */
function goingOn(open: OpenCase, recent: ReturnType<typeof createRecent>) {
  const lines = new HopLines(open.actors)
  let log: Log | undefined
  const trouble = (error: unknown) => log?.tell({ event: 'trouble', message: messageOf(error) })
  const round = async () => {
    for (const line of lines.round(await open.take())) {
      recent.add(line)
      log?.hop(line)
    }
  }
  const renew = async () => {
    for (const what of await open.renewDue(new Date()))
      log?.tell({ event: 'renewed', message: `Renewed: ${what}.` })
  }
  const telling = setInterval(() => void round().catch(trouble), ROUND_MS)
  const renewing = setInterval(() => void renew().catch(trouble), RENEW_MS)
  return {
    tell: (to: Log) => {
      log = to
    },
    end: async () => {
      clearInterval(telling)
      clearInterval(renewing)
      // Twice, as one end of a hop waits for the other.
      await round().catch(trouble)
      await round().catch(trouble)
    },
  }
}
