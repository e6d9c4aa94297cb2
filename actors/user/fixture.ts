/** For tests: a person with a browser. */
import type { JsonObject } from '../../wire/json.ts'
import type { ActResult, Context, StartedActor } from '../actor.ts'
import { contextOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import { user } from './actor.ts'
import { PASSWORD } from './fixture-site.ts'

export async function startUser(
  bed: Bed,
  {
    browser,
    ...more
  }: Pick<Context, 'peers'> &
    Partial<Pick<Context, 'folder' | 'proxy' | 'tls'>> & { browser: 'http' | 'chromium' },
): Promise<StartedActor> {
  const place = await bed.open('ana', user)
  const ana: Context['people'][string] = {
    name: 'ana',
    title: 'Ana',
    username: 'ana',
    password: PASSWORD,
    patients: ['p2'],
    claims: {},
    assurance: { identity: 2, authentication: 2 },
  }
  const context = contextOf('ana', {
    kind: 'user',
    url: 'https://ana-c1.localhost',
    people: { ana },
    tls: await bed.tls(),
    ...more,
  })
  return place.start(context, { browser, identityAssurance: 2, authenticationAssurance: 2 })
}

export const act = (person: StartedActor, action: string, input: JsonObject = {}): Promise<ActResult> =>
  person.act(action, input, 15_000)
