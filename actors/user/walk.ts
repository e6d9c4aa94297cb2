/** A person's way from page to page, until the browser is sent back to the app. */
import { Refusal } from '../checks.ts'
import { isAnswer, redirectUriOf } from './answer.ts'
import type { Arrival, Page, Tab, Visit } from './browser.ts'
import type { Person } from './person.ts'
import { kindOf, type PageKind } from './recognise.ts'

/** More pages than any sign-in has. */
const MAX_PAGES = 15

/** One tab: where it is, and what came of the action under way. */
export interface Walk {
  tab: Tab
  page: Page
  /** Redirect URI of the first authorization request; undefined until one was met, and when it had none. */
  redirectUri: string | undefined
  /** The answer that sent the browser to the app. */
  left: Visit | undefined
  visits: Visit[]
  /** Scopes that a consent page offered. */
  scopes: string[] | undefined
  /** Pictures of the pages, as paths in the output folder. */
  screenshots: string[]
}

/** What the person does on a page; undefined when they go no further. */
export type Answering = (walk: Walk, kind: PageKind) => Promise<Arrival> | undefined

/**
 * Goes on until the browser was sent to the app, the person stays where they are, or an error page is shown.
 *
 * @throws Refusal on a page that they cannot make anything of, and when there is no end to it
 */
export async function walkOn(person: Person, walk: Walk, answering: Answering): Promise<void> {
  for (let pages = 1; ; pages++) {
    const kind = pageKind(walk)
    if (kind === 'app' || kind === 'error') return
    if (pages > MAX_PAGES)
      throw stop('too-many-pages', `There is no end to it after ${MAX_PAGES} pages`, walk)
    const going = answering(walk, kind)
    if (!going) return
    await arrive(person, walk, await going)
  }
}

/** Takes in where the tab came to. @throws Refusal when no page came */
export async function arrive(
  { runtime, keep }: Person,
  walk: Walk,
  { visits, page }: Arrival,
): Promise<void> {
  walk.visits.push(...visits)
  walk.page = page
  for (const visit of visits) {
    walk.redirectUri ??= redirectUriOf(visit.url)
    if (isAnswer(visit, walk.redirectUri, runtime.context)) walk.left ??= visit
  }
  const kept = page.headings.length > 0 ? await keep(walk.tab.picture, pageKind(walk)) : undefined
  if (kept !== undefined) walk.screenshots.push(kept)
  const { failure } = walk.visits.at(-1) ?? {}
  // The server's answer stands, wherever the app is.
  if (failure !== undefined && !walk.left) throw refusal('no-answer', failure)
}

/** Also says that the app was reached, and what the status says of a page that tells nothing else. */
export function pageKind({ page, left, visits }: Walk): PageKind | 'app' {
  if (left) return 'app'
  const kind = kindOf(page)
  const refused = (visits.at(-1)?.status ?? 200) >= 400
  return refused && (kind === 'other' || kind === 'continue') ? 'error' : kind
}

export function stop(check: string, message: string, { page }: Pick<Walk, 'page'>): Refusal {
  const called = page.title === '' ? page.url.split(/[?#]/, 1)[0] : `"${page.title}"`
  return refusal(check, `${message}; the last page is ${called}.`)
}

function refusal(check: string, message: string): Refusal {
  const made = new Refusal(message)
  made.check = check
  return made
}
