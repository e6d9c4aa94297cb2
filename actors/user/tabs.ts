/** An action in one tab: opens its URL, or goes on where the tab is, and says what came of it. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActResult } from '../actor.ts'
import { Refusal } from '../checks.ts'
import { missing } from '../input.ts'
import { resultOf } from './answer.ts'
import { blank } from './browser.ts'
import type { Person } from './person.ts'
import { arrive, type Walk } from './walk.ts'

export const urlInput = Type.String({
  minLength: 1,
  description: 'Where they go first, such as an authorization URL.',
})

export const tabInput = Type.Optional(
  Type.String({ minLength: 1, description: 'Name of the tab; main when left out. Tabs share cookies.' }),
)

export async function inTab(
  person: Person,
  { url, tab = 'main' }: JsonObject,
  act: (walk: Walk) => Promise<void>,
): Promise<ActResult> {
  const walk = await walkOf(person, String(tab), url === undefined)
  try {
    if (typeof url === 'string') {
      walk.redirectUri = undefined
      await arrive(person, walk, await walk.tab.open(url))
    }
    await act(walk)
    return resultOf(walk)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // Where they stopped is worth to be known.
    const stopped = { check: error.check, message: error.message, refs: error.refs }
    return { ...resultOf(walk), stopped }
  }
}

/** The tab, new in what belongs to the action under way. */
async function walkOf(person: Person, name: string, goesOn: boolean): Promise<Walk> {
  const known = person.walks.get(name)
  if (!known && goesOn) throw missing(`There is no page in tab "${name}" to go on from: say a url.`)
  const tab = known?.tab ?? (await (await person.browser()).tab())
  const { page, redirectUri } = known ?? { page: blank, redirectUri: undefined }
  const walk = { tab, page, redirectUri, left: undefined, visits: [], scopes: undefined, screenshots: [] }
  person.walks.set(name, walk)
  return walk
}
