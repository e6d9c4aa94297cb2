/** A fixed address of an actor of ours: where it listens, and by which URL everybody else goes there. */
import { isIP } from 'node:net'
import type { Actor } from '../../actors/actor.ts'
import { readTls } from '../pki/tls-files.ts'
import type { PlanActor } from '../plan/plan.ts'
import type { RunKit } from './kit.ts'
import type { Listening } from './places/place.ts'

export interface Serving {
  listening: Pick<Listening, 'address' | 'port'>
  /** Host name or address in its URL. */
  host: string
  urlAt(port: number): string
  /** What its certificate names. */
  names: string[]
  /** Of the user's own, in the place of one of the run's root. */
  tls?: { chain: string; key: string }
  /** Where those beside it reach it, whatever stands in front of it. */
  reached: string
}

/** All actors of a run are called so, and listen there. */
export interface CommonHost {
  /** Host name or address, as it stands in URLs. */
  name: string
  address: string
}

/** Undefined when it may listen anywhere. @throws Unusable naming a file of its TLS certificate */
export function servingOf(
  { serve }: Pick<PlanActor, 'serve'>,
  { serves, basePath }: Pick<Actor, 'serves' | 'basePath'>,
  { host: common }: Pick<RunKit, 'host'>,
): Serving | undefined {
  if (serves === 'nothing' || (!serve && !common)) return undefined
  const given = serve?.url === undefined ? undefined : new URL(serve.url)
  const address = serve?.address ?? common?.address ?? '127.0.0.1'
  const host = given ? bare(given.hostname) : (common?.name ?? address)
  const port = serve?.port ?? portIn(given)
  const reached = wildcards[address] ?? address
  return {
    listening: { address, ...(port !== undefined && { port }) },
    host,
    urlAt: (open) => serve?.url ?? `${serves}://${inUrl(host)}:${open}${basePath}`,
    names: [...new Set([host, 'localhost', reached])],
    ...(serve?.tls && { tls: readTls(serve.tls) }),
    reached,
  }
}

/** Those that say any address of the machine: who is on it goes by loopback. */
const wildcards: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

export const isWildcard = (address: string): boolean => wildcards[address] !== undefined

/** Only one that is written there: 443 is for whoever stands in front. */
const portIn = (url: URL | undefined): number | undefined =>
  url === undefined || url.port === '' ? undefined : Number(url.port)

export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')
