/** UDAP metadata while it is validated. A check writes what it reads before it refuses. */
import type { X509Certificate } from 'node:crypto'
import type { Community } from '../../spec/community.ts'
import type { Parameters } from '../../spec/types.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Trust } from '../trust.ts'

export interface MetadataSubject {
  trust: Trust
  /** Base URL of the server as the client knows it. */
  base: string
  /** The community that was asked for; undefined = any that the client trusts. */
  asked: string | undefined
  now: Date
  parameters: Parameters['discovery']
  /** What to do when a signed endpoint is not the plain one. */
  onMismatch: Parameters['discovery']['endpointsDiffer']
  /** The answer. */
  status: number
  text: string
  /** The plain metadata. */
  metadata: JsonObject
  /** Header and claims of signed_metadata, empty while it is no JWT. */
  header: JsonObject
  claims: JsonObject
  leaf: X509Certificate | undefined
  /** Endpoints that win over the plain ones. */
  signed: JsonObject
  /** Whose anchor the chain leads to. */
  community: string | undefined
  /** What is known of communities. */
  communities?: Record<string, Community> | undefined
}

/** As it stands: white space around it is nobody's absolute URL, though URL would trim it. */
export function absoluteHttps(value: unknown): value is string {
  return typeof value === 'string' && /^https:\/\/\S+$/.test(value) && URL.canParse(value)
}
