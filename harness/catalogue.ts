/** What a scenario may name, put together from the actors, the guide and the judge. */
import type { ActionSpec, Actor } from '../actors/actor.ts'
import { actorOf, kinds } from '../actors/registry.ts'
import { keyAlgorithms } from '../certs/keys.ts'
import { loadProfiles } from '../certs/profile.ts'
import type { Spec } from '../spec/types.ts'
import type { ActionEntry, Catalogue, KindEntry } from './plan/catalogue.ts'

const DEFAULTS = { version: '2.0.0', profile: 'leaf', key: 'rsa-2048' }

export async function catalogueOf({ requirements, versions }: Spec): Promise<Catalogue> {
  const [actors, { hopClasses }] = await Promise.all([
    Promise.all(kinds.map(actorOf)),
    import('./judge/classify.ts'),
  ])
  return {
    kinds: Object.fromEntries(actors.map((actor) => [actor.kind, kindEntry(actor)])),
    rules: requirements.map(({ id }) => id),
    versions: Object.keys(versions),
    profiles: Object.keys(loadProfiles()),
    profileKeys: Object.fromEntries(Object.entries(loadProfiles()).map(([name, { key }]) => [name, key])),
    keyAlgorithms: [...keyAlgorithms],
    hopClasses: [...hopClasses],
    defaults: DEFAULTS,
  }
}

function kindEntry(actor: Actor): KindEntry {
  const actions = Object.entries(actor.actions).map(([name, spec]) => [name, actionEntry(spec)] as const)
  return {
    serves: actor.serves,
    with: actor.with,
    // A scenario says what it wants changed.
    policy: { ...actor.policy, required: [] },
    links: actor.links,
    ...(actor.names && { names: actor.names }),
    ...(actor.enrols === false && { enrols: false }),
    actions: Object.fromEntries(actions),
    faults: actor.faults.map(({ name }) => name),
    checks: actor.checks.map(({ name }) => name),
    endpoints: Object.keys(actor.endpoints),
    facts: Object.keys(actor.facts),
  }
}

const actionEntry = ({ with: schema, links, outputs, awaited }: ActionSpec): ActionEntry => ({
  with: schema,
  links,
  outputs,
  ...(awaited && { awaited: { first: awaited.first === true } }),
})
