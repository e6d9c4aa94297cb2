/** What a scenario may name. Plain data, handed in by the composition root: the plan knows no actors. */

import type { Community } from '../../spec/community.ts'

/** A JSON Schema; a typebox schema is one. */
export type JsonSchema = object

export interface Catalogue {
  kinds: Record<string, KindEntry>
  /** Ids of the requirement catalogue. */
  rules: string[]
  /** Versions of the guide. */
  versions: string[]
  /** Names of certificate profiles. */
  profiles: string[]
  /** The key that a profile asks for, by its name. */
  profileKeys: Record<string, string>
  keyAlgorithms: string[]
  /** Classes of hops that `hop: { class }` may name; any when left out. */
  hopClasses?: string[]
  /** Definitions of trust communities, by URI. */
  communities?: Record<string, Community>
  /** What an actor gets when its scenario does not say. */
  defaults: { version: string; profile: string; key: string }
}

export interface KindEntry {
  /** What it listens with. */
  serves: 'https' | 'http' | 'nothing'
  /** Schema of `with`; a key marked `x-testbed-file` is the path of a JSON file, replaced by its content. */
  with: JsonSchema
  /** Schema of `policy`, of which a scenario says what it wants changed. */
  policy: JsonSchema
  /** Keys of `with` that name another actor, and the kinds that it may be of. */
  links: Record<string, string[]>
  /** Keys of `with`, dots between them, that hold names of other actors in or as a list, and their kinds. */
  names?: Record<string, string[]>
  /** False for who is issued no certificate. */
  enrols?: false
  actions: Record<string, ActionEntry>
  /** Names of faults, `<artifact>/<mutation>`. */
  faults: string[]
  /** Names of checks, which `skip/<check>` switches off. */
  checks: string[]
  /** Names of its endpoints, read as `${{ actors.name.endpoints.endpoint }}`. */
  endpoints: string[]
  /** Facts that `${{ actors.name.fact }}` may read besides url and endpoints. */
  facts: string[]
}

export interface ActionEntry {
  with: JsonSchema
  links: Record<string, string[]>
  /** Names of its outputs, as keys. */
  outputs: Record<string, string>
  /** Others see it, so that it can be waited for; `first`: whatever comes of it. */
  awaited?: { first: boolean }
}
