/** What is known of an actor beside its scenario: that it is a real system, or what is fixed of a simulated one. */
import type { Secret } from './plan.ts'

/** As testbed.yaml says it, paths made absolute and files of certificates read. */
export interface System {
  /** Of a server elsewhere its base URL; of a client that comes to us its URI, where it is known. */
  url?: string
  /** It acts by itself: a client under test, or a person. */
  await?: true
  start?: string
  upstream?: string
  endpoints?: Record<string, string>
  /** Base64 DER. */
  anchors?: string[]
  community?: string
  spec?: string
  allowFaults?: boolean
  facts?: Record<string, string>
  username?: string
  /** Of a person: identity provider to the sub of its ID tokens. */
  subjects?: Record<string, string>
  password?: Secret
  certificate?: { file: string; key?: string; password?: Secret; community?: string }
  serve?: Serve
  authority?: LastingAuthority
}

export interface Serve {
  url?: string
  address?: string
  port?: number
  /** Paths. */
  tls?: { certificate: string; key: string }
}

/** A folder that `certs ca` made, and the URL that its certificates name. */
export interface LastingAuthority {
  folder: string
  url: string
  community: string
}

/** `--actor name=await` */
export const awaited = 'await'
