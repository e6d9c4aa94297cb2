/** The hl7-b2b object of a client assertion (guide, B2B 5.2.1.1). */
import { isObject, isStrings, type Json, type JsonObject } from '../../../../wire/json.ts'
import { B2B_EXTENSION } from '../../../../wire/udap.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule, View } from '../../rule.ts'
import { withName, words } from '../../words.ts'
import { ofCredentials } from './token-flow.ts'

/** The object of the client assertion; undefined when there is none. */
export function objectOf({ body }: Message): JsonObject | undefined {
  const { extensions } = body ?? {}
  const object = isObject(extensions) ? extensions[B2B_EXTENSION] : undefined
  return isObject(object) ? object : undefined
}

/** For the object of a client credentials request; that it is there is a rule of its own. */
export const ofObject = (judge: (object: JsonObject, message: Message, view: View) => Finding | undefined) =>
  ofCredentials((message, view) => {
    const object = objectOf(message)
    return object && judge(object, message, view)
  })

export const objectThere: Rule['judge'] = (message) => {
  if (!message.body) return undefined
  if (objectOf(message)) return 'met'
  return {
    expected: `an object ${B2B_EXTENSION} in extensions`,
    seen: withName('extensions', message.body.extensions),
  }
}

export const isText = (value: Json | undefined): value is string =>
  typeof value === 'string' && value.trim() !== ''

export const isUrl = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)

export const isListOf = (value: Json | undefined, good: (item: string) => boolean): value is string[] =>
  isStrings(value) && value.length > 0 && value.every(good)

export interface Requestor {
  human: boolean
  name?: string
  id?: string
  role?: string
}

/** On whose behalf the step was told to act; undefined when the scenario does not say. */
export function requestorOf(message: Message, { history }: View): Requestor | undefined {
  const { requestor } = history.inputOf(message)
  return isObject(requestor) && typeof requestor.human === 'boolean'
    ? (requestor as unknown as Requestor)
    : undefined
}

/** A text when it is there, and there when the scenario says that it is known. */
export function textIfKnown(object: JsonObject, key: string, known: string | undefined): Finding | undefined {
  if (!Object.hasOwn(object, key)) {
    return known === undefined ? undefined : { expected: `${key}, as it is known`, seen: `no ${key}` }
  }
  return isText(object[key]) ? 'met' : { expected: `${key} a text`, seen: words(object[key]) }
}
