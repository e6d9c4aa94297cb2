/** UDAP metadata as a server published it, and what its rules have in common (guide, Discovery 2.2). */
import { isStrings, type JsonObject } from '../../../../wire/json.ts'
import { METADATA_PATH } from '../../../../wire/udap.ts'
import type { StageCase } from '../../../trace/trace.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { words } from '../../words.ts'

type Judge = (message: Message) => Finding | undefined
type When = (body: JsonObject) => boolean

const always: When = () => true

export const isAsked = ({ hop }: Message): boolean => hop.request?.method === 'GET'

/** The metadata that a GET got; nothing of an answer that has none, or none that can be read. */
export function published(message: Message): JsonObject | undefined {
  return isAsked(message) && message.status === 200 ? message.body : undefined
}

/** Base URL as the case has it; of a server that it does not know, what the URL of the metadata begins with. */
export function baseOf({ hop, author }: Message, { actors }: StageCase): string {
  const url = hop.request?.url ?? ''
  const asked = url.slice(0, Math.max(0, url.indexOf(METADATA_PATH)))
  const known = author === undefined ? undefined : actors[author]?.url
  return known?.replace(/\/$/, '') === asked ? known : asked
}

/** The authorization server that the metadata of this actor is about: another one, or itself. */
export function authorizationServerOf(author: string | undefined, { actors }: StageCase): string | undefined {
  return author === undefined ? undefined : (actors[author]?.links.tokensFrom ?? author)
}

export function listOf(body: JsonObject, name: string): string[] | undefined {
  const value = body[name]
  return isStrings(value) ? value : undefined
}

export const supports =
  (grant: string): When =>
  (body) =>
    listOf(body, 'grant_types_supported')?.includes(grant) ?? false

export const isAbsoluteUrl = (value: unknown): value is string =>
  typeof value === 'string' && /^https?:\/\/\S+$/i.test(value) && URL.canParse(value)

/** The list is there, with as many texts or more. */
export const hasList =
  (name: string, least = 0): Judge =>
  (message) => {
    const body = published(message)
    if (!body) return undefined
    const list = listOf(body, name)
    if (list && list.length >= least && !list.includes('')) return 'met'
    const many =
      ['a list of texts', 'a list of one text or more'][least] ?? `a list of ${least} texts or more`
    return { expected: `${name} to be ${many}`, seen: words(body[name]) }
  }

export const isExactly =
  (name: string, value: string): Judge =>
  (message) => {
    const body = published(message)
    if (!body) return undefined
    const list = listOf(body, name)
    if (list?.length === 1 && list[0] === value) return 'met'
    return { expected: `${name} to be ["${value}"]`, seen: words(body[name]) }
  }

/** A list that is none is another rule's. */
export const contains =
  (name: string, value: string, when: When = always): Judge =>
  (message) => {
    const body = published(message)
    const list = body && listOf(body, name)
    if (!list || !when(body)) return undefined
    return list.includes(value) ? 'met' : { expected: `"${value}" in ${name}`, seen: words(list) }
  }

/** `<name>_required` is there when `<name>_supported` has something. */
export const hasRequired =
  (name: string): Judge =>
  (message) => {
    const body = published(message)
    if (!body || !listOf(body, `${name}_supported`)?.length) return undefined
    if (listOf(body, `${name}_required`)) return 'met'
    const expected = `${name}_required to be a list, as ${name}_supported has something`
    return { expected, seen: words(body[`${name}_required`]) }
  }

/** `<name>_required` has nothing that is not in `<name>_supported`. */
export const isWithinSupported =
  (name: string): Judge =>
  (message) => {
    const body = published(message)
    const required = body && listOf(body, `${name}_required`)
    const supported = body && listOf(body, `${name}_supported`)
    if (!required || !supported) return undefined
    const beyond = required.find((one) => !supported.includes(one))
    if (beyond === undefined) return 'met'
    return {
      expected: `all of ${name}_required in ${name}_supported`,
      seen: `${words(beyond)} only required`,
    }
  }

export const hasUrl =
  (name: string, when: When = always): Judge =>
  (message) => {
    const body = published(message)
    if (!body || !when(body)) return undefined
    return isAbsoluteUrl(body[name])
      ? 'met'
      : { expected: `${name} to be an absolute URL`, seen: words(body[name]) }
  }
