/** What `explain` knows: the guide's data and what the actors say about themselves, in one value. */
import type { Actor } from '../actors/actor.ts'
import { actorOf, kinds } from '../actors/registry.ts'
import { loadProfiles } from '../certs/profile.ts'
import { loadErrors } from '../spec/errors.ts'
import { loadSpec } from '../spec/load.ts'
import { repeatAction, repeatName } from './plan/http-repeat.ts'
import { testbedSteps } from './plan/testbed-steps.ts'
import type { Knowledge } from './report/explain.ts'

/** @param root a directory URL that holds spec/ */
export async function knowledgeOf(root: URL): Promise<Omit<Knowledge, 'exits'>> {
  const [actors, { rules }] = await Promise.all([
    Promise.all(kinds.map(actorOf)),
    import('./judge/rules/index.ts'),
  ])
  const { requirements, versions } = loadSpec(root)
  return {
    rules: requirements,
    sections: Object.fromEntries(Object.entries(versions).map(([name, { sections }]) => [name, sections])),
    judged: rules.map(({ id }) => id),
    errors: loadErrors(root),
    kinds: actors.map(({ kind, title }) => ({ name: kind, title })),
    actions: [...actors.flatMap(actionsOf), ...ownActions()],
    faults: shared(actors, ({ faults }) =>
      faults.map(({ name, title, touches, breaks, tests = [] }) => ({ name, title, touches, breaks, tests })),
    ),
    checks: shared(actors, ({ checks }) => checks.map(({ name, refs, breaks }) => ({ name, refs, breaks }))),
    profiles: Object.entries(loadProfiles()).map(([name, { title }]) => ({ name, title })),
  }
}

/** What several kinds have, as they are made of the same parts, is one thing to explain. */
function shared<One>(actors: Actor[], of: (actor: Actor) => One[]): (One & { kinds: string[] })[] {
  const had = actors.flatMap((actor) => of(actor).map((one) => ({ one, kind: actor.kind })))
  const same = Map.groupBy(had, ({ one }) => JSON.stringify(one))
  return [...same.values()].map((all) => ({ ...all[0]!.one, kinds: all.map(({ kind }) => kind) }))
}

function actionsOf({ kind, actions }: Actor): Knowledge['actions'] {
  return Object.entries(actions).map(([name, { title, with: schema, answer, outputs }]) => ({
    name,
    kind,
    title,
    inputs: inputsOf(schema),
    answer,
    outputs,
  }))
}

function ownActions(): Knowledge['actions'] {
  const any = { [repeatName]: repeatAction }
  return Object.entries({ ...testbedSteps, ...any }).map(([name, { with: schema, outputs }]) => ({
    name,
    kind: name === repeatName ? 'any actor' : 'the testbed itself',
    inputs: inputsOf(schema),
    outputs,
  }))
}

/** Names in `with`, with what its schema says of them. */
function inputsOf(schema: { properties?: Record<string, { description?: string }> }): Record<string, string> {
  const properties = Object.entries(schema.properties ?? {})
  return Object.fromEntries(properties.map(([name, { description = '' }]) => [name, description]))
}
